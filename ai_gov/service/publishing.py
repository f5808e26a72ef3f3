"""公開する文書にする: the label that policy and degree demand, and the document that the files are made of."""

from __future__ import annotations

import datetime as dt

from ai_gov.documents.publication import Publication
from ai_gov.policy.schema import Policy
from ai_gov.review.content import Content
from ai_gov.review.labels import NOTICE, WORDING, Degree, demanded, sentence
from ai_gov.review.record import Review


def labelled(review: Review, policy: Policy, department: str) -> str:
    """表示の文: empty where no trigger of the policy demands one; of a use that judges people, with the notice."""
    rule = policy.review_rule(review.use)
    if review.degree is Degree.L0 or not demanded(review.degree, review.audience, rule.triggers, rights=rule.notice):
        return ""
    wording = policy.release.labels
    own = {Degree.L1: wording.L1, Degree.L2: wording.L2, Degree.L3: wording.L3, Degree.L4: wording.L4}
    templates = [own[review.degree] or WORDING[review.degree]]
    if rule.notice:
        templates.append(wording.notice or NOTICE)
    contact = policy.release.contact
    return "\n".join(sentence(item, department=department, contact=contact) for item in templates)


def publication(review: Review, content: Content, names: tuple[str, str], day: dt.date, public_url: str) -> Publication:
    """The document of an approved text; the address for looking it up only where residents can reach one."""
    url = f"{public_url.rstrip('/')}/verify/{review.release}" if public_url and review.audience == "external" else ""
    return Publication(review.release, content.title, content.released, content.label, review.degree, *names, day, url)
