"""What the audit log says about people."""

VERBS = {
    "people.imported": "imported people from a CSV: {detail.counts}",
    "person.added": "entered {text.name} by hand",
    "person.edited": "edited {text.name} by hand: {detail.fields}",
    "person.marked_left": "marked {text.name} as left from {detail.after}: {text.reason}",
    "person.cleared_left": "took back that {text.name} has left",
    "person.merged": "merged {text.name} into {text.into}; {detail.counts} counts",
    "person.unmerged": "took {text.name} out of {text.from} again",
    "delegation.added": (
        "let {text.to} decide for {text.name} from {detail.from_day} to {detail.until_day}"
    ),
    "delegation.withdrawn": "withdrew that {text.to} decides for {text.name}",
    "people_source.added": "added the people source {detail.name}",
    "people_source.changed": "changed a people source from {detail.before} to {detail.after}",
}
