import { Flex, Input, NumberInput, Text, TextArea, Toggle } from '@hubspot/ui-extensions'
import { MailServerFields } from './MailServerFields.tsx'
import { type MailboxDraft, PORTS } from './mailbox-draft.ts'
import { isAddress, isMissing } from './SenderFields.tsx'
import { textEvents } from './text-events.ts'

export interface MailboxFieldsProps {
  draft: MailboxDraft
  /** The account's own sender, whose names have a form of their own. */
  isAccount: boolean
  /** It exists, so its address stays. */
  exists: boolean
  /** Which passwords are kept. */
  kept: { smtp: boolean; imap: boolean }
  readOnly: boolean
  onChange: (patch: Partial<MailboxDraft>) => void
}

export function MailboxFields(props: MailboxFieldsProps) {
  const { draft, isAccount, exists, readOnly, onChange } = props
  const wrongAddress = draft.address !== '' && !isAddress(draft.address)
  return (
    <Flex direction="column" gap="small">
      <Input
        label="Address"
        name="mailboxAddress"
        description={
          exists
            ? 'Stays: add another sender for another address.'
            : 'Mails come from it. The owner with this address is matched to it.'
        }
        required={true}
        readOnly={exists || readOnly}
        value={draft.address}
        error={wrongAddress}
        validationMessage={wrongAddress ? 'Enter an e-mail address.' : ''}
        {...textEvents((address) => onChange({ address }))}
      />
      {isAccount ? null : (
        <>
          <Input
            label="From name"
            name="mailboxName"
            required={true}
            readOnly={readOnly}
            value={draft.fromName}
            error={exists && isMissing(draft.fromName)}
            {...textEvents((fromName) => onChange({ fromName }))}
          />
          <Input
            label="Replies go to"
            name="mailboxReplyTo"
            description="Empty: the address."
            readOnly={readOnly}
            value={draft.replyTo}
            {...textEvents((replyTo) => onChange({ replyTo }))}
          />
        </>
      )}
      <TextArea
        label="Signature"
        name="mailboxSignature"
        description="Plain text or HTML, added to every e-mail of this sender. Merge fields work here too."
        rows={4}
        maxLength={5000}
        readOnly={readOnly}
        value={draft.signature}
        {...textEvents((signature) => onChange({ signature }))}
      />
      {isAccount ? null : <Servers {...props} />}
      <NumberInput
        label="E-mails a day"
        name="mailboxCap"
        description="What is over it waits for the next day. 0: no cap."
        min={0}
        max={100_000}
        precision={0}
        readOnly={readOnly}
        value={draft.dailyCap}
        onChange={(value) => onChange({ dailyCap: Number(value) })}
      />
      {draft.dailyCap > 0 ? <RampFields {...props} /> : null}
      <Toggle
        label="Sends e-mails"
        name="mailboxActive"
        checked={draft.active}
        readOnly={readOnly}
        textChecked="On"
        textUnchecked="Off"
        onChange={(active) => onChange({ active })}
      />
    </Flex>
  )
}

function Servers({ draft, kept, readOnly, onChange }: MailboxFieldsProps) {
  return (
    <>
      <MailServerFields
        name="smtp"
        label="Send through a mail server of its own"
        description="As in a mail program."
        login={draft.smtp}
        ports={PORTS.smtp}
        keptPassword={kept.smtp}
        readOnly={readOnly}
        onChange={(patch) => onChange({ smtp: { ...draft.smtp, ...patch } })}
      />
      <MailServerFields
        name="imap"
        label="Read the answers in its mailbox (IMAP)"
        description="The inbox is read from now on and never changed. Without it answers stop a sequence only when the mailbox forwards them."
        login={draft.imap}
        ports={PORTS.imap}
        keptPassword={kept.imap}
        readOnly={readOnly}
        onChange={(patch) => onChange({ imap: { ...draft.imap, ...patch } })}
      />
      {draft.smtp.on ? (
        <Text variant="microcopy">
          With the mailbox of its address, bounces come back to the address and are read there. Without it they come
          back to Stagecue: SPF speaks for Stagecue’s domain then, so receivers need DKIM, and some mail servers refuse
          such e-mails.
        </Text>
      ) : null}
    </>
  )
}

/** A new mailbox that sends many mails at once looks like one that was taken over. */
function RampFields({ draft, readOnly, onChange }: MailboxFieldsProps) {
  return (
    <>
      <Toggle
        label="Begin with fewer and send more each day"
        name="mailboxRamps"
        checked={draft.ramps}
        readOnly={readOnly}
        textChecked="On"
        textUnchecked="Off"
        onChange={(ramps) => onChange({ ramps })}
      />
      {draft.ramps ? (
        <Flex direction="row" gap="small" wrap="wrap">
          <NumberInput
            label="On the first day"
            name="rampStart"
            min={1}
            max={10_000}
            precision={0}
            readOnly={readOnly}
            value={draft.rampStart}
            onChange={(value) => onChange({ rampStart: Number(value) })}
          />
          <NumberInput
            label="More each day"
            name="rampStep"
            min={1}
            max={10_000}
            precision={0}
            readOnly={readOnly}
            value={draft.rampStep}
            onChange={(value) => onChange({ rampStep: Number(value) })}
          />
        </Flex>
      ) : null}
    </>
  )
}
