"""One member of staff and a key, in a new data directory."""

from ai_gov import wiring
from ai_gov.people.model import Department, Organisation, Person, Role
from ai_gov.people.plan import added
from ai_gov.settings import Settings


def register(data_dir):
    """The key, made by the register as ``ai-gov key issue`` makes it."""
    store = wiring.store(Settings(data_dir=data_dir))
    try:
        person = Person("132012", "1001", "110", "実演 職員")
        store.register.set_organisation(Organisation("132012", "見本市"), actor="bench")
        store.register.set_department(Department("132012", "110", "市民課"), actor="bench")
        store.register.change(added(person, frozenset({Role.STAFF})), actor="bench")
        return store.register.issue_key(person, actor="bench")[0].text
    finally:
        store.close()
