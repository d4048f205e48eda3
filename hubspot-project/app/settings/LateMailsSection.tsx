import {
  Button,
  Checkbox,
  Flex,
  Heading,
  LoadingButton,
  LoadingSpinner,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { DecideAllLateMails, LateMail, LateMails } from '@stagecue/shared/contract/limits.ts'
import { useCallback, useState } from 'react'
import { decideAll } from './decide-all.ts'
import { describeRefused } from './describe-refused.ts'
import { LateMailsSummary } from './LateMailsSummary.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'

/** What is too late to go out on its own, and a person's word on it. */
export function LateMailsSection(props: TabProps & { onChanged: () => void }) {
  const { api } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.listLateMails(), [api]))
  return (
    <Flex direction="column" gap="small">
      <Heading>Late e-mails</Heading>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading late e-mails" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The late e-mails could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <>
          <StaleNotice stale={loaded.stale} />
          <Waiting
            {...props}
            late={loaded.value}
            onChanged={() => {
              void reload()
              // The health above counts them, too.
              props.onChanged()
            }}
          />
        </>
      ) : null}
    </Flex>
  )
}

type Action = DecideAllLateMails['action']

interface Decision {
  readonly action: Action
  readonly which: { readonly stepRunIds: string[] } | Pick<DecideAllLateMails, 'countedAt' | 'count'>
}

function Waiting({ late, api, tools, mayConfigure, onChanged }: TabProps & { late: LateMails; onChanged: () => void }) {
  const [chosen, setChosen] = useState<readonly string[]>([])
  const deciding = useChange(
    ({ action, which }: Decision, idempotencyKey) =>
      'stepRunIds' in which
        ? api.decideLateMails({ action, ...which, idempotencyKey })
        : decideAll(api, { action, ...which, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      seen: late.mails,
      onDoubt: onChanged,
      onDone: ({ decided, left, refused }, { action }) => {
        setChosen([])
        const type = refused.length > 0 ? 'warning' : 'success'
        tools.addAlert({ type, message: `${outcomeOf(action, decided, left)}${describeRefused(refused)}` })
        onChanged()
      },
    },
  )
  if (late.count === 0) return <Text>No e-mail waits because it is late.</Text>
  const waiting = late.mails.map(({ stepRunId }) => stepRunId)
  const picked = chosen.filter((id) => waiting.includes(id))
  const { count, countedAt } = late
  // What became late since it was counted nobody has looked at.
  const all = count > waiting.length && countedAt !== null ? { countedAt, count } : { stepRunIds: waiting }
  const label = picked.length > 0 ? `the ${picked.length} chosen` : 'countedAt' in all ? `all ${count}` : 'all'
  const decide = (action: Action) => () =>
    deciding.run({ action, which: picked.length > 0 ? { stepRunIds: picked } : all })
  const toggle = (id: string) => (checked: boolean) =>
    setChosen((before) => (checked ? [...before, id] : before.filter((other) => other !== id)))
  return (
    <>
      <Text>{late.question}</Text>
      <LateMailsSummary late={late} />
      {mayConfigure ? (
        <Flex direction="row" gap="small" wrap="wrap">
          <LoadingButton size="xs" variant="primary" disabled={deciding.busy} onClick={decide('approve')}>
            {`Approve ${label}`}
          </LoadingButton>
          <Button size="xs" variant="secondary" disabled={deciding.busy} onClick={decide('skip')}>
            {`Skip ${label}`}
          </Button>
        </Flex>
      ) : null}
      <ProblemNotice title="This did not work" error={deciding.error} />
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>E-mail</TableHeader>
            <TableHeader>Deal</TableHeader>
            <TableHeader>Was due</TableHeader>
            <TableHeader>Why it waits</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {late.mails.map((mail) => (
            <LateLine
              key={mail.stepRunId}
              mail={mail}
              due={tools.formats.momentAndDistance(mail.plannedFor)}
              checked={picked.includes(mail.stepRunId)}
              onToggle={mayConfigure ? toggle(mail.stepRunId) : null}
            />
          ))}
        </TableBody>
      </Table>
    </>
  )
}

function outcomeOf(action: Action, decided: number, left: number): string {
  const what = `${decided} late ${decided === 1 ? 'e-mail is' : 'e-mails are'}`
  const done =
    action === 'skip'
      ? `${what} skipped.`
      : `${what} approved and ${decided === 1 ? 'goes' : 'go'} in the sending hours.`
  return left > 0 ? `${done} ${left} still ${left === 1 ? 'waits' : 'wait'}.` : done
}

interface LateLineProps {
  mail: LateMail
  due: string
  checked: boolean
  /** Null for who may only look. */
  onToggle: ((checked: boolean) => void) | null
}

function LateLine({ mail, due, checked, onToggle }: LateLineProps) {
  const { stepRunId, contactName, sequenceName, step, dealName, dealId, why } = mail
  const what = `${contactName}: step ${step} of ${sequenceName}`
  return (
    <TableRow>
      <TableCell>
        {onToggle === null ? (
          what
        ) : (
          <Checkbox name={`late-${stepRunId}`} checked={checked} onChange={onToggle}>
            {what}
          </Checkbox>
        )}
      </TableCell>
      <TableCell>{dealName ?? `Deal ${dealId}`}</TableCell>
      <TableCell>{due}</TableCell>
      <TableCell>{why}</TableCell>
    </TableRow>
  )
}
