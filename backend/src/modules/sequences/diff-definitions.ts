import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import type { DiffLine } from '#shared/contract/sequence-version.ts'
import { diffValues, type FieldChange } from './diff-values.ts'
import { labelOf, UNSET } from './label-field.ts'
import { nameStep } from './name-step.ts'

/**
 * The differences between two definitions as people read them: rules first, then the steps in their new order, then those that
 * are gone. Steps are told apart by their ids; of a step every field that differs is named, whatever its kind. Pure.
 */
export function diffDefinitions(before: SequenceDefinition, after: SequenceDefinition): DiffLine[] {
  const { steps: oldSteps, ...oldRules } = before
  const { steps: newSteps, ...newRules } = after
  const rules = diffValues(oldRules, newRules, UNSET).map(({ path, details }): DiffLine => {
    return { kind: 'changed', text: labelOf(path), details: [...details] }
  })
  return [...rules, ...diffSteps(oldSteps, newSteps)]
}

function diffSteps(before: readonly Step[], after: readonly Step[]): DiffLine[] {
  const old = new Map(before.map((step) => [step.id, step]))
  const kept = new Set(after.map(({ id }) => id))
  const inOrder = keptInOrder(before, after)
  const lines = after.flatMap((step, index): DiffLine[] => {
    const place = `Step ${index + 1}`
    const was = old.get(step.id)
    if (!was) return [{ kind: 'added', text: `${place} added: ${nameStep(step)}`, details: newTexts(step) }]
    const changes = diffValues(was, step)
    const moved: DiffLine[] = inOrder.has(step.id)
      ? []
      : [
          {
            kind: 'moved',
            text: `${place}, ${nameStep(step)}: moved from place ${before.indexOf(was) + 1}`,
            details: [],
          },
        ]
    return changes.length === 0 ? moved : [...moved, changedStep(place, was, changes)]
  })
  const removed = before.flatMap((step, index): DiffLine[] =>
    kept.has(step.id) ? [] : [{ kind: 'removed', text: `Step ${index + 1} removed: ${nameStep(step)}`, details: [] }],
  )
  return [...lines, ...removed]
}

/** A step whose text is new brings it along: the diff is what is read before an import. */
function newTexts(step: Step): string[] {
  if (step.kind !== 'email') return []
  const writings = step.variants ?? [step]
  return writings.flatMap(({ subject, body }) => [
    ...(step.variants ? [`+ Variant “${subject}”`] : []),
    ...body.split('\n').map((line) => `+ ${line}`),
  ])
}

function changedStep(place: string, was: Step, changes: readonly FieldChange[]): DiffLine {
  const fields = changes.map(({ path }) => labelOf(path)).join(', ')
  const details = changes.flatMap(({ path, details: lines }) =>
    lines.length === 1 ? [`${labelOf(path)}: ${lines[0]}`] : [`${labelOf(path)}:`, ...lines],
  )
  return { kind: 'changed', text: `${place}, ${nameStep(was)}: ${fields} changed`, details }
}

/** Ids of the largest set of kept steps that stand in the same order in both: the others moved. */
function keptInOrder(before: readonly Step[], after: readonly Step[]): Set<string> {
  const placeOf = new Map(before.map(({ id }, index) => [id, index]))
  const places = after.flatMap(({ id }) => placeOf.get(id) ?? [])
  const best = places.map((): number[] => [])
  for (const [index, place] of places.entries()) {
    const longest = best
      .slice(0, index)
      .filter((chain) => (chain.at(-1) ?? -1) < place)
      .reduce((one, other) => (other.length > one.length ? other : one), [] as number[])
    best[index] = [...longest, place]
  }
  const chain = best.reduce((one, other) => (other.length > one.length ? other : one), [] as number[])
  return new Set(chain.flatMap((place) => before[place]?.id ?? []))
}
