import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { Condition, Conditions } from '#shared/contract/enrollment-policy.ts'
import { describeActual, describeDemand, describeExpected, describeProperty } from './describe-condition.ts'
import { allOf, anyOf, evaluateCondition, type Met, type Records } from './evaluate-condition.ts'

/** What became of a set of conditions, with one line for each of them: none is left out because another one decided. */
export interface Evaluation {
  readonly result: Met
  readonly lines: readonly TraceLine[]
  /** The fewest conditions that would have to change for another result, in words; empty when nothing is known to. */
  readonly changes: readonly string[]
  /** The conditions that cannot be told, in words. */
  readonly unknown: readonly string[]
}

/** Conditions in two levels, as mappings and branches have them. */
export interface Levels<C extends object> {
  readonly match: 'all' | 'any'
  readonly items: readonly (C | Group<C>)[]
}

interface Group<C extends object> {
  readonly match: 'all' | 'any'
  readonly conditions: readonly C[]
}

/** Evaluates all conditions of a branch, at most two levels deep. `name` begins every line of the trace. */
export function evaluateConditions(when: Conditions, records: Records, name: string): Evaluation {
  const evaluation = evaluateLevels<Condition>(when, (condition) => evaluateOne(condition, records))
  const lines = evaluation.lines.map((line) => ({ ...line, condition: `${name}: ${line.condition}` }))
  return { ...evaluation, lines }
}

/** Evaluates two levels of conditions of any kind, each by `evaluate`. */
export function evaluateLevels<C extends object>(when: Levels<C>, evaluate: (condition: C) => Evaluation): Evaluation {
  const parts = when.items.map((item) =>
    isGroup(item) ? combine(item.match, item.conditions.map(evaluate)) : evaluate(item),
  )
  return combine(when.match, parts)
}

/** All conditions of two levels, in order. */
export function conditionsOf<C extends object>(when: Levels<C>): C[] {
  return when.items.flatMap((item) => (isGroup(item) ? [...item.conditions] : [item]))
}

function isGroup<C extends object>(item: C | Group<C>): item is Group<C> {
  return 'conditions' in item
}

/** One condition on a property with its line. */
export function evaluateOne(condition: Condition, records: Records): Evaluation {
  const result = evaluateCondition(condition, records)
  const actual = describeActual(condition, records, result)
  return {
    result,
    lines: [
      {
        condition: describeProperty(condition),
        expected: describeExpected(condition),
        actual,
        passed: result === 'met',
      },
    ],
    changes: [describeDemand(condition, result !== 'met')],
    unknown: result === 'unknown' ? [`${describeProperty(condition)}: ${actual}`] : [],
  }
}

function combine(match: 'all' | 'any', parts: readonly Evaluation[]): Evaluation {
  const results = parts.map((part) => part.result)
  const result = match === 'all' ? allOf(results) : anyOf(results)
  return {
    result,
    lines: parts.flatMap((part) => part.lines),
    changes: changesOf(match, result, parts),
    unknown: parts.flatMap((part) => part.unknown),
  }
}

/** One part is enough to break “all” and to fulfill “any”; the other way round every part that stands against it must change. */
function changesOf(match: 'all' | 'any', result: Met, parts: readonly Evaluation[]): readonly string[] {
  const against = parts.filter((part) => (part.result === 'met') === (result === 'met'))
  const oneIsEnough = (match === 'all') === (result === 'met')
  if (!oneIsEnough) return [...new Set(against.flatMap((part) => part.changes))]
  return against.reduce<readonly string[]>(
    (least, part) => (least.length === 0 || part.changes.length < least.length ? part.changes : least),
    [],
  )
}
