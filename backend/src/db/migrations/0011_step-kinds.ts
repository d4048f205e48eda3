import { type Kysely, sql } from 'kysely'

/** Steps that steer and act, beside mails and waits; variants of a mail; why a sequence was complete before its last step. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(STEP_KINDS).execute(db)
}

const STEP_KINDS = `
alter table step_runs
  drop constraint step_runs_kind_check,
  add constraint step_runs_kind_check check (kind in ('email', 'wait', 'branch', 'wait_for', 'go_to', 'exit', 'task', 'set_property', 'set_place')),
  -- When a wait for an event is over without it; due_at says when it is looked at next.
  add column deadline timestamptz,
  -- Which way a fork went: 'event' or 'timeout', of a branch the number of the case from 1 or 'otherwise'; null for other steps.
  add column took text;

-- Which of the step's variants this mail is; null for a step without any.
alter table deliveries add column variant text;

-- What ended it before its last step, as a sentence; null when it was the last step.
alter table enrollments add column completed_why text;
`
