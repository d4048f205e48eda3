import { formatDate, formatMoney } from '../data/format.ts'
import type { Board, Deal, Pipeline, Portal } from '../data/types.ts'
import { type Loaded, useData } from '../data/use-data.ts'
import { createRecordContext } from '../extension/context.ts'
import { Extension } from '../extension/extension.tsx'
import type { PropertyValues } from '../extension/wire.ts'
import type { World } from './app.tsx'
import { LabeledSelect } from './labeled-select.tsx'
import { moveDeal } from './move-deal.ts'
import { Facts, Timeline } from './record.tsx'
import { PageLink } from './router.tsx'
import { Empty, Show } from './states.tsx'
import { Tasks } from './tasks.tsx'
import { useToasts } from './toasts.tsx'

export function DealPage({ portal, dealId, world }: { portal: Portal; dealId: string; world: World }) {
  const base = `/sandbox/portals/${portal.portalId}`
  const deal = useData<Deal>(
    `${base}/deals/${encodeURIComponent(dealId)}`,
    ['deal', 'timeline'],
    String(portal.portalId),
  )
  const board = useData<Board>(`${base}/board`)
  return (
    <Show what="the deal" loaded={deal}>
      {(data) => (
        <Show what="the pipelines" loaded={board}>
          {({ pipelines }) => (
            <DealRecord deal={data} loaded={deal} pipelines={pipelines} portal={portal} world={world} />
          )}
        </Show>
      )}
    </Show>
  )
}

interface DealRecordProps {
  deal: Deal
  loaded: Loaded<Deal>
  pipelines: Pipeline[]
  portal: Portal
  world: World
}

function DealRecord({ deal, loaded, pipelines, portal, world }: DealRecordProps) {
  const pipeline = pipelines.find((one) => one.label === deal.pipelineLabel)
  return (
    <div className="record">
      <aside className="record-left">
        <section className="panel record-title">
          <PageLink href={`/board/${portal.portalId}${pipeline ? `?pipelineId=${pipeline.id}` : ''}`}>← Deals</PageLink>
          <h1>{deal.name}</h1>
          <p className="deal-amount">{formatMoney(deal.amount, deal.currency)}</p>
          <StageSelect deal={deal} pipeline={pipeline} portal={portal} reload={loaded.reload} />
        </section>
        <Facts
          title="About this deal"
          facts={[
            ['Pipeline', deal.pipelineLabel],
            ['Deal stage', deal.stageLabel],
            ['Amount', formatMoney(deal.amount, deal.currency)],
            ['Close date', formatDate(deal.closeDate)],
            ['Deal owner', deal.owner],
            ['Record id', deal.id],
          ]}
        />
        <Contacts deal={deal} portal={portal} />
        <Tasks deal={deal} portal={portal} reload={loaded.reload} />
      </aside>
      <Timeline items={deal.timeline} />
      <aside className="record-right" aria-label="Cards">
        <Cards deal={deal} pipeline={pipeline} portal={portal} world={world} onRefresh={() => void loaded.reload()} />
      </aside>
    </div>
  )
}

interface StageSelectProps {
  deal: Deal
  pipeline: Pipeline | undefined
  portal: Portal
  reload(): Promise<void>
}

function StageSelect({ deal, pipeline, portal, reload }: StageSelectProps) {
  const { showToast } = useToasts()
  const stageId = pipeline?.stages.find((stage) => stage.label === deal.stageLabel)?.id ?? ''
  const move = async (next: string) => {
    try {
      await moveDeal(portal.portalId, deal.id, next)
      await reload()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      showToast({ type: 'danger', title: 'The deal was not moved', message })
    }
  }
  const stages = pipeline?.stages ?? []
  const options = stageId ? stages : [{ id: '', label: deal.stageLabel }, ...stages]
  return (
    <LabeledSelect
      label="Deal stage"
      layout="stacked"
      value={stageId}
      options={options}
      onChange={(id) => void move(id)}
    />
  )
}

function Contacts({ deal, portal }: { deal: Deal; portal: Portal }) {
  return (
    <section className="panel" aria-label="Contacts">
      <h2>Contacts ({deal.contacts.length})</h2>
      {deal.contacts.length === 0 && <p className="quiet">This deal has no contacts.</p>}
      <ul className="people">
        {deal.contacts.map((contact) => (
          <li key={contact.id}>
            <PageLink href={`/contacts/${portal.portalId}/${contact.id}`}>{contact.name}</PageLink>
            <span>{contact.title}</span>
            <span>{contact.email ?? 'No e-mail address'}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

interface CardsProps {
  deal: Deal
  pipeline: Pipeline | undefined
  portal: Portal
  world: World
  onRefresh(): void
}

function Cards({ deal, pipeline, portal, world, onRefresh }: CardsProps) {
  const cards = world.extensions.filter((one) => one.type === 'card' && one.location === 'crm.record.sidebar')
  if (!portal.installed) {
    return (
      <section className="panel">
        <Empty title="Stagecue is not connected">
          Connect it on the <PageLink href="/">portals page</PageLink> to see its card here.
        </Empty>
      </section>
    )
  }
  if (cards.length === 0) {
    return (
      <section className="panel">
        <Empty title="No cards">The project has no card for the sidebar of a deal.</Empty>
      </section>
    )
  }
  return cards.map((info) => (
    <Extension
      key={info.uid}
      info={info}
      context={createRecordContext(info, portal, world.config, { type: 'deal', id: deal.id })}
      portal={portal}
      clockAheadMs={world.config.clockAheadMs ?? 0}
      properties={readProperties(deal, pipeline)}
      onRefresh={onRefresh}
    />
  ))
}

/** The deal as HubSpot's property names tell it, as far as the page knows it. */
function readProperties(deal: Deal, pipeline: Pipeline | undefined): PropertyValues {
  return {
    hs_object_id: deal.id,
    dealname: deal.name,
    amount: deal.amount === null ? null : String(deal.amount),
    deal_currency_code: deal.currency,
    pipeline: pipeline?.id ?? null,
    dealstage: pipeline?.stages.find((stage) => stage.label === deal.stageLabel)?.id ?? null,
    closedate: deal.closeDate,
  }
}
