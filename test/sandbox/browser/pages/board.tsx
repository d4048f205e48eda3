import { type DragEvent, useState } from 'react'
import { formatMoney, readInitials, toNumber } from '../data/format.ts'
import type { Board, BoardDeal, Portal, Stage } from '../data/types.ts'
import { useData } from '../data/use-data.ts'
import { LabeledSelect } from './labeled-select.tsx'
import { moveDeal } from './move-deal.ts'
import { navigate, PageLink, usePlace } from './router.tsx'
import { Empty, Show } from './states.tsx'
import { useToasts } from './toasts.tsx'

export function BoardPage({ portal }: { portal: Portal }) {
  const asked = usePlace().searchParams.get('pipelineId')
  const query = asked ? `?pipelineId=${encodeURIComponent(asked)}` : ''
  const path = `/sandbox/portals/${portal.portalId}/board${query}`
  const board = useData<Board>(path, ['deal'], String(portal.portalId))
  return (
    <div className="page is-wide">
      <Show what="the board" loaded={board}>
        {(data) => <Columns key={data.pipelineId} board={data} portal={portal} reload={board.reload} />}
      </Show>
    </div>
  )
}

function Columns({ board, portal, reload }: { board: Board; portal: Portal; reload(): Promise<void> }) {
  const { showToast } = useToasts()
  // Where a card was dropped while the sandbox has not answered yet.
  const [pending, setPending] = useState<Record<string, string>>({})
  const pipeline = board.pipelines.find((one) => one.id === board.pipelineId)
  const deals = board.deals.map((deal) => ({ ...deal, stageId: pending[deal.id] ?? deal.stageId }))

  const move = async (dealId: string, stageId: string) => {
    const deal = deals.find((one) => one.id === dealId)
    if (!deal || deal.stageId === stageId) return
    setPending((old) => ({ ...old, [dealId]: stageId }))
    try {
      await moveDeal(portal.portalId, dealId, stageId)
      await reload()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      showToast({ type: 'danger', title: `${deal.name} was not moved`, message })
    }
    setPending(({ [dealId]: mine, ...others }) =>
      mine === stageId ? others : { ...others, ...(mine && { [dealId]: mine }) },
    )
  }

  return (
    <>
      <header className="page-header">
        <h1>Deals</h1>
        <LabeledSelect
          label="Pipeline"
          layout="inline"
          value={board.pipelineId}
          options={board.pipelines}
          onChange={(id) => navigate(`/board/${portal.portalId}?pipelineId=${encodeURIComponent(id)}`)}
        />
        <p className="count">{deals.length === 1 ? '1 deal' : `${deals.length} deals`}</p>
      </header>
      {!pipeline || pipeline.stages.length === 0 ? (
        <Empty title="No stages">This pipeline has no stages yet.</Empty>
      ) : (
        <div className="board">
          {pipeline.stages.map((stage) => (
            <Column
              key={stage.id}
              stage={stage}
              stages={pipeline.stages}
              deals={deals.filter((deal) => deal.stageId === stage.id)}
              portalId={portal.portalId}
              onMove={(dealId, stageId) => void move(dealId, stageId)}
            />
          ))}
        </div>
      )}
    </>
  )
}

interface ColumnProps {
  stage: Stage
  stages: Stage[]
  deals: BoardDeal[]
  portalId: number | string
  onMove(dealId: string, stageId: string): void
}

function Column({ stage, stages, deals, portalId, onMove }: ColumnProps) {
  const [isTarget, setTarget] = useState(false)
  const over = (event: DragEvent) => {
    event.preventDefault()
    event.dataTransfer.dropEffect = 'move'
    setTarget(true)
  }
  const leave = (event: DragEvent) => {
    if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setTarget(false)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setTarget(false)
    onMove(event.dataTransfer.getData('text/plain'), stage.id)
  }
  return (
    <section
      className={`column ${isTarget ? 'is-target' : ''} ${stage.isClosed ? 'is-closed' : ''}`}
      aria-label={stage.label}
      data-stage={stage.id}
      onDragOver={over}
      onDragLeave={leave}
      onDrop={drop}
    >
      <header>
        <h2>{stage.label}</h2>
        <span className="badge">{deals.length}</span>
      </header>
      <div className="column-cards">
        {deals.map((deal) => (
          <DealCard key={deal.id} deal={deal} stages={stages} portalId={portalId} onMove={onMove} />
        ))}
        {deals.length === 0 && <p className="column-empty">No deals</p>}
      </div>
      <footer>{sum(deals)}</footer>
    </section>
  )
}

interface DealCardProps {
  deal: BoardDeal
  stages: Stage[]
  portalId: number | string
  onMove(dealId: string, stageId: string): void
}

function DealCard({ deal, stages, portalId, onMove }: DealCardProps) {
  const start = (event: DragEvent) => {
    event.dataTransfer.setData('text/plain', deal.id)
    event.dataTransfer.effectAllowed = 'move'
  }
  return (
    <article className="deal-card" draggable aria-label={deal.name} data-deal={deal.id} onDragStart={start}>
      <PageLink href={`/deals/${portalId}/${deal.id}`}>{deal.name}</PageLink>
      <p className="deal-amount">{formatMoney(deal.amount, deal.currency)}</p>
      <p className="deal-people">{deal.contacts.map((contact) => contact.name).join(', ') || 'No contacts'}</p>
      <footer>
        {deal.owner && (
          <span className="deal-owner">
            <span className="avatar is-small" aria-hidden="true">
              {readInitials(deal.owner)}
            </span>
            <span>{deal.owner}</span>
          </span>
        )}
        <select
          className="move-select"
          aria-label={`Move ${deal.name} to…`}
          value=""
          onChange={(event) => onMove(deal.id, event.target.value)}
        >
          <option value="" disabled>
            Move to…
          </option>
          {stages
            .filter((stage) => stage.id !== deal.stageId)
            .map((stage) => (
              <option key={stage.id} value={stage.id}>
                {stage.label}
              </option>
            ))}
        </select>
      </footer>
    </article>
  )
}

/** One sum per currency: amounts of different currencies are never added up. */
function sum(deals: BoardDeal[]) {
  const totals = new Map<string, number>()
  for (const deal of deals) {
    const currency = deal.currency ?? ''
    totals.set(currency, (totals.get(currency) ?? 0) + (toNumber(deal.amount) ?? 0))
  }
  if (totals.size === 0) return '—'
  return [...totals].map(([currency, total]) => formatMoney(total, currency || null)).join(' + ')
}
