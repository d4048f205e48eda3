import type { SimulatedMapping } from '#modules/simulation/setting.ts'

/** Whether a mapping starts the sequence, by itself or by a branch. Pure. */
export function leadsTo(sequenceId: string, { sequenceId: mapped, policy }: SimulatedMapping): boolean {
  return mapped === sequenceId || policy.branches.some((branch) => branch.sequenceId === sequenceId)
}
