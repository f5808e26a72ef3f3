"""住所の検知の部品: the gazetteer, the shapes of house numbers, of buildings and of public facilities."""
