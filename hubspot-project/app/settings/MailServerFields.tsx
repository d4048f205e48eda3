import { Input, NumberInput, Select, Toggle } from '@hubspot/ui-extensions'
import type { MailboxFieldsProps } from './MailboxFields.tsx'
import { textEvents } from './text-events.ts'

const PROTECTION = [
  { value: 'tls', label: 'TLS from the beginning (port 465)' },
  { value: 'starttls', label: 'STARTTLS (port 587)' },
]

/** The mail server of the sender's own, instead of Stagecue's. */
export function MailServerFields({ draft, keptPassword, readOnly, onChange }: MailboxFieldsProps) {
  return (
    <>
      <Toggle
        label="Send through a mail server of its own"
        name="ownServer"
        checked={draft.ownServer}
        readOnly={readOnly}
        textChecked="On"
        textUnchecked="Off"
        onChange={(ownServer) => onChange({ ownServer })}
      />
      {draft.ownServer ? (
        <>
          <Input
            label="Mail server"
            name="smtpHost"
            placeholder="smtp.example.com"
            required={true}
            readOnly={readOnly}
            value={draft.host}
            {...textEvents((host) => onChange({ host }))}
          />
          <Select
            label="Protection"
            name="smtpTls"
            readOnly={readOnly}
            value={draft.tls}
            options={PROTECTION}
            onChange={(value) =>
              onChange(value === 'starttls' ? { tls: 'starttls', port: 587 } : { tls: 'tls', port: 465 })
            }
          />
          <NumberInput
            label="Port"
            name="smtpPort"
            min={1}
            max={65_535}
            precision={0}
            readOnly={readOnly}
            value={draft.port}
            onChange={(value) => onChange({ port: Number(value) })}
          />
          <Input
            label="User"
            name="smtpUser"
            readOnly={readOnly}
            value={draft.user}
            {...textEvents((user) => onChange({ user }))}
          />
          <Input
            label="Password"
            name="smtpPassword"
            type="password"
            description={
              keptPassword
                ? 'One is kept and never shown. Enter it again when the server or the user changes.'
                : 'Kept encrypted and never shown again.'
            }
            readOnly={readOnly}
            value={draft.password}
            {...textEvents((password) => onChange({ password }))}
          />
        </>
      ) : null}
    </>
  )
}
