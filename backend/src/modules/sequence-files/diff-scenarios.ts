import { diffValues } from '#modules/sequences/diff-values.ts'
import { labelOf } from '#modules/sequences/label-field.ts'
import type { Scenario } from '#shared/contract/scenario.ts'
import type { DiffLine } from '#shared/contract/sequence-version.ts'

/** The differences between two lists of scenarios, told apart by their names; empty when they say the same in one order. Pure. */
export function diffScenarios(before: readonly Scenario[], after: readonly Scenario[]): DiffLine[] {
  const old = new Map(before.map((scenario) => [scenario.name, scenario]))
  const kept = new Set(after.map(({ name }) => name))
  const lines = after.flatMap((scenario): DiffLine[] => {
    const was = old.get(scenario.name)
    if (!was) return [{ kind: 'added', text: `Scenario added: “${scenario.name}”`, details: [] }]
    const details = diffValues(was, scenario).flatMap(({ path, details: changes }) =>
      changes.map((change) => `${labelOf(path)}: ${change}`),
    )
    return details.length > 0 ? [{ kind: 'changed', text: `Scenario “${scenario.name}” changed`, details }] : []
  })
  const removed = before.flatMap(({ name }): DiffLine[] =>
    kept.has(name) ? [] : [{ kind: 'removed', text: `Scenario removed: “${name}”`, details: [] }],
  )
  const all = [...lines, ...removed]
  const moved = all.length === 0 && before.some(({ name }, index) => after[index]?.name !== name)
  return moved ? [{ kind: 'moved', text: 'Scenarios: in another order', details: [] }] : all
}
