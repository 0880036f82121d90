# The checks in Rego. Of each row that is asked about: its number, what is asked, what is met, as
# 0, 1 or 2. Days are whole numbers; a field that ends in _wd counts working days; what a record
# does not tell is null. input.more says of which sections rows may be missing, as 0 or 1.
package peers

import rego.v1

# A condition on a value that may be null is undefined or wrong in Rego, not unknown; so unknown
# values are told apart first.
same(one, other) := 1 if {
	null in [one, other]
} else := 2 if {
	one == other
} else := 0

has(codes, code) := 1 if {
	codes == null
} else := 2 if {
	code in codes
} else := 0

sure(value) := 1 if {
	value == null
} else := 2 if {
	value
} else := 0

# What has not happened was not in time, whatever the last day is.
by(event, last) := 0 if {
	event == null
} else := 1 if {
	last == null
} else := 2 if {
	event <= last
} else := 0

reviewed contains [nth, 2, met] if {
	some nth, plan in input.plans
	plan.level == "child_protection"
	plan.start + 92 <= input.today
	found := {same(meeting.plan, plan.id) |
		some meeting in input.meetings
		meeting.kind == "review_conference"
		meeting.on >= plan.start
		meeting.on <= plan.start + 92
	}
	met := max(found | {input.more.meetings})
}

core_group contains [nth, 2, met] if {
	some nth, plan in input.plans
	plan.level == "child_protection"
	input.today_wd - plan.start_wd >= 10
	found := {same(meeting.plan, plan.id) |
		some meeting in input.meetings
		meeting.kind == "core_group"
		meeting.on >= plan.start
		meeting.on_wd - plan.start_wd <= 10
	}
	met := max(found | {input.more.meetings})
}

answered contains [nth, 2, met] if {
	some nth, risk in input.risks
	last := risk.identified_on + 90
	last <= input.today
	found := {2 |
		some mitigation in input.mitigations
		mitigation.risk == risk.id
		mitigation.recorded_on <= last
	}
	met := max(found | {input.more.mitigations, by(risk.resolved_on, last)})
}

not_repeated contains [nth, 2, 2 - repeated] if {
	some nth, meeting in input.meetings
	meeting.kind == "review_conference"
	found := {same(other.plan, meeting.plan) |
		some other in input.meetings
		other.kind == "review_conference"
		other.on > meeting.on
		other.on <= meeting.on + 160
	}
	repeated := max(found | {input.more.meetings})
}

# first and last: the days on which a person may have come to be five.
under_five(person) := 1 if {
	person.first == null
} else := 2 if {
	input.today < person.first
} else := 0 if {
	input.today >= person.last
} else := 1

young_assessed contains [nth, asked, met] if {
	some nth, person in input.people
	asked := under_five(person)
	found := {2 |
		some assessment in input.assessments
		assessment.kind == "child_and_family"
		assessment.subject == person.id
	}
	met := max(found | {input.more.assessments})
}

child_views contains [nth, 2, sure(meeting.child_views)] if {
	some nth, meeting in input.meetings
	meeting.kind in {"review_conference", "child_in_need_review"}
}

quorate(attended) := 0 if {
	attended != null
	count({agency | some agency in attended}) < 3
} else := has(attended, "police")

quorum contains [nth, 2, quorate(meeting.attended)] if {
	some nth, meeting in input.meetings
	meeting.kind == "initial_conference"
}

# An action of which it is not known when it was due is perhaps asked about.
overdue(due) := 1 if {
	due == null
} else := 2 if {
	due + 14 <= input.today
} else := 0

done_in_time contains [nth, overdue(action.due), met] if {
	some nth, action in input.actions
	met := by(action.completed_on, after(action.due, 14))
}

after(day, number) := null if {
	day == null
} else := day + number

trained contains [nth, 2, met] if {
	some nth, worker in input.workers
	worker.role == "practitioner"
	found := {2 |
		some course in input.training
		course.worker == worker.id
		course.topic == "neglect"
		course.completed_on + 1095 >= input.today
	}
	met := max(found | {input.more.training})
}

in_45_days contains [nth, 2, met] if {
	some nth, assessment in input.assessments
	input.today_wd - assessment.started_on_wd >= 45
	met := by(assessment.completed_on_wd, assessment.started_on_wd + 45)
}

violence_considered contains [nth, 2, met] if {
	some nth, risk in input.risks
	risk.kind == "domestic_abuse"
	found := {has(assessment.considers, "domestic_abuse") |
		some assessment in input.assessments
		assessment.subject == risk.subject
	}
	met := max(found | {input.more.assessments})
}

instances := {
	"reviewed": reviewed,
	"core-group": core_group,
	"answered": answered,
	"not-repeated": not_repeated,
	"young-assessed": young_assessed,
	"child-views": child_views,
	"quorum": quorum,
	"done-in-time": done_in_time,
	"trained": trained,
	"in-45-days": in_45_days,
	"violence-considered": violence_considered,
}
