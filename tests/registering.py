"""A town, its people and their keys, made by the register as the command line makes them. Not a test."""

from ai_gov.people.model import Department, Organisation, Person, Role
from ai_gov.people.plan import added

TOWN = "132012"
DEPARTMENT = "110"


def key_for(store, number: str = "1001", role: Role = Role.STAFF, *, days: int = 365) -> str:
    """The key of a person with a role; ``days`` below nought: one that has expired."""
    person = Person(TOWN, number, DEPARTMENT, "架空 某")
    store.register.set_organisation(Organisation(TOWN, "見本市"), actor="test")
    store.register.set_department(Department(TOWN, DEPARTMENT, "市民課"), actor="test")
    store.register.change(added(person, frozenset({role})), actor="test")
    return store.register.issue_key(person, actor="test", days=days)[0].text
