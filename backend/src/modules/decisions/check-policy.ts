import { AppError } from '#core/errors.ts'
import type { Condition, EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { readValue } from './read-value.ts'

/**
 * What a schema cannot say: every condition compares in a way its type can, with values that can be read. Throws
 * `invalid_input` with a sentence and the place, counted from 0: `branches.0.when.items.2`.
 */
export function checkPolicy(policy: EnrollmentPolicy): void {
  for (const [index, branch] of policy.branches.entries()) {
    for (const [place, item] of branch.when.items.entries()) {
      const at = `branches.${index}.when.items.${place}`
      if (!('conditions' in item)) checkCondition(item, at, `Branch “${branch.name}”`)
      else
        for (const [inner, condition] of item.conditions.entries())
          checkCondition(condition, `${at}.conditions.${inner}`, `Branch “${branch.name}”`)
    }
  }
}

/** The same for one condition; `place` begins the sentence. */
export function checkCondition(condition: Condition, field: string, place: string): void {
  if (!('type' in condition)) return
  const where = `${place}, property “${condition.property}”:`
  if (!FITTING[condition.type].has(condition.operator)) {
    const sentence = `${where} this comparison does not work with the type ${condition.type}. Choose another one.`
    throw new AppError('invalid_input', sentence, { field })
  }
  const values = condition.operator === 'is_one_of' ? condition.values : [condition.value]
  for (const value of values) {
    if (readValue(condition.type, value) && value.isWellFormed() && !value.includes('\0')) continue
    throw new AppError('invalid_input', `${where} “${value}” is not ${EXAMPLES[condition.type]}.`, { field })
  }
}

const EQUAL = ['is', 'is_not', 'is_one_of'] as const
const TIMES = ['before', 'on_or_before', 'after', 'on_or_after'] as const

const FITTING = {
  text: new Set<string>([...EQUAL, 'contains']),
  choices: new Set<string>([...EQUAL, 'contains']),
  boolean: new Set<string>(['is', 'is_not']),
  number: new Set<string>([...EQUAL, 'less_than', 'at_most', 'more_than', 'at_least']),
  date: new Set<string>([...EQUAL, ...TIMES]),
  datetime: new Set<string>([...EQUAL, ...TIMES]),
} as const

const EXAMPLES = {
  text: 'a text',
  choices: 'a choice',
  boolean: '“true” or “false”',
  number: 'a number such as 1500.50',
  date: 'a day such as 2026-11-30',
  datetime: 'a day such as 2026-11-30 or a moment such as 2026-11-30T09:00Z',
} as const
