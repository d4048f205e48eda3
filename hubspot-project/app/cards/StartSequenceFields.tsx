import { Select, ToggleGroup } from '@hubspot/ui-extensions'
import type { DealCard } from '@stagecue/shared/contract/enrollment.ts'

export interface StartSequenceFieldsProps {
  deal: DealCard
  sequenceId: string
  contactIds: string[]
  readOnly: boolean
  onSequence: (sequenceId: string) => void
  onContacts: (contactIds: string[]) => void
}

/** Contacts that cannot be enrolled are listed with the reason, but cannot be ticked. */
export function StartSequenceFields(props: StartSequenceFieldsProps) {
  const { deal, sequenceId, contactIds, readOnly, onSequence, onContacts } = props
  return (
    <>
      <Select
        label="Sequence"
        name="sequence"
        required={true}
        value={sequenceId}
        readOnly={readOnly}
        placeholder="Choose a sequence"
        options={deal.sequences.map(({ id, name, steps }) => ({
          label: `${name} (${steps} ${steps === 1 ? 'step' : 'steps'})`,
          value: id,
        }))}
        onChange={(value) => onSequence(String(value))}
      />
      <ToggleGroup
        toggleType="checkboxList"
        label="Contacts"
        name="contacts"
        required={true}
        value={contactIds}
        options={deal.contacts.map(({ contactId, name, email, blocked }) => ({
          label: email === null ? name : `${name} (${email})`,
          value: contactId,
          readOnly: blocked !== null || readOnly,
          ...(blocked === null ? {} : { description: `Cannot be enrolled: ${blocked}` }),
        }))}
        onChange={onContacts}
      />
    </>
  )
}
