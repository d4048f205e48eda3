import type { Trx } from '#db/database.ts'
import type { WhatIf, WhatIfReport } from '#shared/contract/what-if.ts'
import type { StoredReport } from './build-report.ts'
import { selectNames, type WhatIfRun } from './repository.ts'

/** A question as the editor shows it; `revision` is that of the draft as it is saved now. */
export async function describeRun(
  trx: Trx,
  portalId: number,
  sequenceId: string,
  revision: number,
  run: WhatIfRun | undefined,
): Promise<WhatIf> {
  if (!run) {
    const nothing = { askedAt: null, outdated: false, read: 0, of: 0, problem: null, report: null }
    return { sequenceId, state: 'never', ...nothing }
  }
  return {
    sequenceId,
    state: run.status,
    askedAt: run.askedAt.toString(),
    outdated: run.revision !== revision,
    read: run.dealsRead,
    of: run.dealsFound,
    problem: run.problem,
    // Written by `buildReport` alone.
    report: run.report ? await withNames(trx, portalId, run.report as StoredReport) : null,
  }
}

async function withNames(trx: Trx, portalId: number, report: StoredReport): Promise<WhatIfReport> {
  const lines = [...report.mailList, ...report.collisionList, ...report.holdList]
  const { deals, contacts } = await selectNames(trx, portalId, {
    dealIds: [...new Set(lines.map(({ dealId }) => dealId))],
    contactIds: [...new Set(lines.map(({ contactId }) => contactId))],
  })
  const named = <T extends { dealId: string; contactId: string }>(line: T) => ({
    ...line,
    dealName: deals.get(line.dealId) ?? null,
    contactName: contacts.get(line.contactId) ?? null,
  })
  return {
    ...report,
    mailList: report.mailList.map(named),
    collisionList: report.collisionList.map(named),
    holdList: report.holdList.map(named),
  }
}
