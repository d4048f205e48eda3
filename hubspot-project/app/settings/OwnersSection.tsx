import {
  Button,
  Flex,
  Heading,
  LoadingButton,
  LoadingSpinner,
  Select,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { LinkOwner, OwnerRow, Owners, SenderRow } from '@stagecue/shared/contract/sender.ts'
import { useCallback } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'

export interface OwnersSectionProps extends TabProps {
  senders: readonly SenderRow[]
}

/** Which sender writes for whose deals: the one with the owner's address, unless somebody chose another. */
export function OwnersSection({ senders, ...shared }: OwnersSectionProps) {
  const { api } = shared
  const [loaded, { reload, take }] = useLoad(useCallback(() => api.listOwners(), [api]))
  const onTaken = (owners: Owners) => {
    take(() => owners)
    void reload()
  }
  return (
    <Flex direction="column" gap="small">
      <Heading>Owners</Heading>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading owners" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The owners could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <>
          <StaleNotice stale={loaded.stale} />
          <OwnersView owners={loaded.value} senders={senders} onChanged={reload} onTaken={onTaken} {...shared} />
        </>
      ) : null}
    </Flex>
  )
}

interface OwnersViewProps extends OwnersSectionProps {
  owners: Owners
  onChanged: () => void
  onTaken: (owners: Owners) => void
}

function OwnersView({
  owners: { permitted, zonesPermitted, owners, readAt, connectUrl },
  senders,
  api,
  tools,
  mayConfigure,
  onChanged,
  onTaken,
}: OwnersViewProps) {
  const reading = useChange((_: null, idempotencyKey) => api.refreshOwners({ idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: readAt,
    onDoubt: onChanged,
    onDone: onTaken,
  })
  const linking = useChange(
    ({ ownerId, ...wanted }: Omit<LinkOwner, 'idempotencyKey'> & { ownerId: string }, idempotencyKey) =>
      api.linkOwner(ownerId, { ...wanted, idempotencyKey }),
    { makeKey: tools.makeKey, onDoubt: onChanged, onDone: onTaken },
  )
  if (!permitted) {
    return (
      <Flex direction="column" gap="small">
        <Text>
          HubSpot did not allow Stagecue to read the owners of deals, so all e-mails come from the default sender.
        </Text>
        {mayConfigure ? <Reconnect url={connectUrl} /> : null}
      </Flex>
    )
  }
  const read = readAt === null ? 'Not read yet.' : `Read ${tools.formats.momentAndDistance(readAt)}.`
  return (
    <Flex direction="column" gap="small">
      <Text variant="microcopy">{read}</Text>
      {mayConfigure ? (
        <Flex direction="row">
          <LoadingButton
            size="xs"
            variant="secondary"
            loading={reading.busy}
            disabled={reading.busy}
            onClick={() => reading.run(null)}
          >
            Read the owners from HubSpot
          </LoadingButton>
        </Flex>
      ) : null}
      {zonesPermitted ? null : (
        <Text>
          HubSpot did not allow Stagecue to read the owners’ time zones, so a contact without one gets the account’s.
        </Text>
      )}
      {zonesPermitted || !mayConfigure ? null : <Reconnect url={connectUrl} />}
      <ProblemNotice title="This did not work" error={reading.error ?? linking.error} />
      <Table bordered={true} density="condensed">
        <TableHead>
          <TableRow>
            <TableHeader>Owner</TableHeader>
            <TableHeader>Time zone</TableHeader>
            <TableHeader>Deals are written for by</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {owners.map((owner) => (
            <TableRow key={owner.ownerId}>
              <TableCell>{owner.email === null ? owner.name : `${owner.name} (${owner.email})`}</TableCell>
              <TableCell>{owner.timeZone ?? 'Not known'}</TableCell>
              <TableCell>
                <Select
                  label={`Sender of ${owner.name}`}
                  name={`owner-${owner.ownerId}`}
                  readOnly={!mayConfigure || linking.busy}
                  value={owner.linkedByHand ? (owner.senderId ?? 'none') : 'match'}
                  options={optionsFor(owner, senders)}
                  onChange={(link) =>
                    linking.run({ ownerId: owner.ownerId, link: String(link), revision: owner.revision })
                  }
                />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Flex>
  )
}

function Reconnect({ url }: { url: string }) {
  return (
    <Flex direction="row">
      <Button size="sm" variant="secondary" href={{ url, external: true }}>
        Reconnect to allow it
      </Button>
    </Flex>
  )
}

function optionsFor({ linkedByHand, senderId }: OwnerRow, senders: readonly SenderRow[]) {
  const matched = linkedByHand ? undefined : senders.find(({ id }) => id === senderId)
  return [
    {
      value: 'match',
      label: matched ? `${nameOf(matched)}, same address` : 'The sender with the same address, if any',
    },
    { value: 'none', label: 'The default sender' },
    ...senders.map((sender) => ({ value: sender.id, label: nameOf(sender) })),
  ]
}

function nameOf({ fromName, address }: SenderRow): string {
  return `${fromName} <${address}>`
}
