import { Flex, LoadingSpinner } from '@hubspot/ui-extensions'
import { type Timers, useLoad, usePolling } from '@stagecue/app-client'
import { useCallback, useState } from 'react'
import { ActivitySection } from './ActivitySection.tsx'
import { ConnectionNotice } from './ConnectionNotice.tsx'
import { ContactList } from './ContactList.tsx'
import type { CardApi, CardTools } from './card-tools.ts'
import { DealSummary } from './DealSummary.tsx'
import { StartSequence } from './StartSequence.tsx'
import { LoadFailed, StaleNotice } from './shared-views.ts'
import { WhySection } from './WhySection.tsx'

/** Milliseconds between two questions, while something is happening and otherwise. */
export interface Intervals {
  busy: number
  idle: number
}

const INTERVALS: Intervals = { busy: 2_000, idle: 15_000 }

/** After a change the card asks quickly this many times: about 30 s at 2 s each. */
const QUICK_QUESTIONS = 15

export interface DealCardViewProps {
  dealId: string
  api: CardApi
  tools: CardTools
  timers: Timers
  intervals?: Intervals
}

export function DealCardView({ dealId, api, tools, timers, intervals = INTERVALS }: DealCardViewProps) {
  const [loaded, { reload, refresh }] = useLoad(useCallback(() => api.readDeal(dealId), [api, dealId]))
  const [quick, setQuick] = useState(0)

  const ask = useCallback(async () => {
    await refresh()
    setQuick((left) => Math.max(0, left - 1))
  }, [refresh])
  const working = loaded.kind === 'ready' && loaded.value.working
  usePolling(ask, loaded.kind === 'loading' ? null : working || quick > 0 ? intervals.busy : intervals.idle, timers)

  const onChanged = useCallback(() => {
    setQuick(QUICK_QUESTIONS)
    void reload()
  }, [reload])

  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading sequences" showLabel={true} layout="centered" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The sequences of this deal could not be loaded"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }

  const deal = loaded.value
  if (deal.connection === 'disconnected') return <ConnectionNotice deal={deal} />
  // Nothing is stored and HubSpot did not answer: "no contacts" would be a guess.
  const nothingKnown = deal.connection === 'connected' && deal.connectionMessage !== null && deal.contacts.length === 0
  if (nothingKnown) return <ConnectionNotice deal={deal} />
  return (
    <Flex direction="column" gap="medium">
      <StaleNotice stale={loaded.stale} />
      <ConnectionNotice deal={deal} />
      <DealSummary deal={deal} />
      <ContactList contacts={deal.contacts} api={api} tools={tools} onChanged={onChanged} />
      <StartSequence deal={deal} api={api} tools={tools} onChanged={onChanged} />
      <WhySection decisions={deal.decisions} formats={tools.formats} />
      <ActivitySection activity={deal.activity} formats={tools.formats} />
    </Flex>
  )
}
