"""The lines above the People page and a person's page: who is known, or how far a scan is."""

from __future__ import annotations

from facesorter.domain.figures import whole
from facesorter.domain.groups import DatedPhotos, GroupsGrew
from facesorter.domain.messages import gettext as _
from facesorter.domain.messages import ngettext
from facesorter.ui.people.loading import PersonShown, Shown
from facesorter.ui.people.years import years_of
from facesorter.ui.shell import words


def known(shown: Shown) -> str:
    """How many people are known, how many groups are not, and in how many photos; empty if there is nobody."""
    if not shown.people and not shown.unnamed:
        return ""
    people = ngettext("{} person you know", "{} people you know", len(shown.people))
    groups = ngettext("{} group nobody has named", "{} groups nobody has named", shown.unnamed)
    parts = [people.format(whole(len(shown.people))), groups.format(whole(shown.unnamed))]
    if shown.pictures:
        parts.append(ngettext("in {} photo", "in {} photos", shown.pictures).format(whole(shown.pictures)))
    return " · ".join(parts)


def grown(event: GroupsGrew) -> str:
    """How far a scan is."""
    sentence = _("{looked_at} of {photos} photos, {faces} faces; the largest group has {most}")
    most = event.largest[0] if event.largest else 0
    figures = {"looked_at": event.looked_at, "photos": event.photos, "faces": event.faces, "most": most}
    return sentence.format(**{name: whole(figure) for name, figure in figures.items()})


def of_person(shown: PersonShown, photos: DatedPhotos) -> str:
    """How many photos of somebody are shown, of which years, and what else is known of them."""
    parts = [words.photos(len(photos))]
    years = [one.year for one in reversed(years_of(photos)) if one.year is not None]
    if years:
        parts.append(str(years[0]) if len(years) == 1 else f"{years[0]}\u2013{years[-1]}")
    if shown.details.born is not None:
        parts.append(_("born {date}").format(date=words.day(shown.details.born)))
    parts += [_("with {name}").format(name=merge.person.name) for merge in shown.merged]
    folder = words.in_a_sentence(shown.details.person.folder_name)
    if shown.not_copied:
        sentence = ngettext(
            "{count} photo is not in {folder} yet", "{count} photos are not in {folder} yet", shown.not_copied
        )
        parts.append(sentence.format(count=words.number(shown.not_copied), folder=folder))
    elif shown.not_copied is not None and not shown.stale:
        parts.append(_("{folder} is up to date").format(folder=folder))
    if shown.details.hidden:
        parts.append(_("hidden"))
    return " · ".join(parts)
