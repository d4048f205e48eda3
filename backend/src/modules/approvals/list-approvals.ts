import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { ApprovalRow } from '#shared/contract/approval.ts'
import { describeSource } from './describe-source.ts'
import { listOpenApprovals } from './repository.ts'

/** The large changes that wait for an admin, oldest first, with how many deals and contacts each concerns. */
export async function listApprovals(deps: Pick<Deps, 'db'>, portal: PortalContext): Promise<ApprovalRow[]> {
  const rows = await inPortal(deps.db, portal.portalId, (trx) => listOpenApprovals(trx, portal.portalId))
  return rows.map((row) => ({
    id: row.id,
    pipelineLabel: row.pipelineLabel ?? row.pipelineId,
    stageLabel: row.stageLabel ?? row.stageId,
    by: describeSource(row.source),
    deals: row.deals,
    contacts: row.contacts,
    firstEnteredAt: row.firstEnteredAt.toString(),
    lastEnteredAt: row.lastEnteredAt.toString(),
  }))
}
