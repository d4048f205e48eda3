import { AppError } from '#core/errors.ts'
import { readZone } from '#modules/schedules/read-zone.ts'
import type { Scenario } from '#shared/contract/scenario.ts'

/** What a schema cannot say: names of their own, days and zones that exist, texts that can be stored. Throws `invalid_input`. */
export function checkScenarios(scenarios: readonly Scenario[]): void {
  const names = new Set<string>()
  for (const [index, { name, given, expect }] of scenarios.entries()) {
    const refuse = (sentence: string, field: string) => {
      throw new AppError('invalid_input', sentence, { field: `scenarios.${index}.${field}` })
    }
    const key = name.trim().toLowerCase()
    if (!key || names.has(key)) refuse(`Give scenario ${index + 1} a name that no other one has.`, 'name')
    names.add(key)
    const texts = [name, ...textsIn(given.contact), ...textsIn(given.deal), ...textsIn(expect.ends)]
    if (texts.some((text) => text.includes('\0') || !text.isWellFormed())) {
      refuse(`Scenario “${name}” contains a character that cannot be stored. Type it again.`, 'given')
    }
    if (!isDay(given.start)) refuse(`Scenario “${name}” begins on a day that does not exist.`, 'given.start')
    if (readZone(given.timeZone) === undefined) {
      refuse(
        `Scenario “${name}”: “${given.timeZone}” is no time zone. Use one such as Europe/Berlin.`,
        'given.timeZone',
      )
    }
  }
}

function isDay(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text)
    return true
  } catch {
    return false
  }
}

function textsIn(values: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.values(values).flatMap((value) => {
    if (typeof value === 'string') return value
    return typeof value === 'object' && value !== null ? textsIn({ ...value }) : []
  })
}
