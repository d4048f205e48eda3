import type { AppSettings } from '#deps'
import type { MergeValues } from '#mail/merge-fields.ts'
import type { CheckedRun } from './check-before-send.ts'
import { chooseWriter } from './choose-writer.ts'
import type { LoadedBatch } from './load-runs.ts'
import { mergeValuesOf } from './merge-values.ts'

/**
 * The values of a step that is no mail: the sender is who would write the enrollment's next one, and has no value while nobody
 * could. Pure.
 */
export function valuesOf(
  settings: Pick<AppSettings, 'mailDomain'>,
  portalId: number,
  batch: Pick<LoadedBatch, 'portal' | 'senders' | 'labels'>,
  { state, told }: Pick<CheckedRun, 'state' | 'told'>,
): MergeValues {
  const writer = chooseWriter(settings, portalId, batch, { state, told })
  return mergeValuesOf(state, told, batch.portal, 'held' in writer ? undefined : writer.sender, batch.labels)
}
