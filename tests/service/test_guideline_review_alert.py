"""A guideline that is due for review is an alert, once, until somebody looked; and the shipped rules say so."""

import datetime as dt

from ai_gov import wiring
from ai_gov.model import Actor
from ai_gov.people.model import Organisation
from ai_gov.settings import Settings

IT = Actor("1002", "132012", "110", frozenset({"it"}))


def test_a_guideline_that_is_due_is_told_once_until_somebody_looked(tmp_path):
    settings = Settings(data_dir=tmp_path)
    store = wiring.store(settings)
    store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    alerts, versions = wiring.alert_service(store, settings), wiring.guideline_versions(store, settings)

    def raised():
        return [alert for alert in alerts.look() if alert.rule == "guideline-review"]

    assert raised() == [], "nothing was published"
    text = "# 決まり\n\n## 目的\n\n安全に使います。\n"
    versions.publish(IT, {"a.md": text.encode()}, effective=dt.date(2026, 4, 1))
    assert raised() == [], "it was published just now"
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE guideline_versions SET published_at = '2020-04-01T00:00:00.000000Z'")
    (alert,) = raised()
    assert alert.organisation == "132012"
    assert "まだ見直されていません" in alert.sentence
    assert raised() == []
    versions.review(IT)
    assert wiring.guidelines.guideline_reviews(store, settings) == []
    store.close()
