import { Input, NumberInput, Select, Toggle } from '@hubspot/ui-extensions'
import type { LoginDraft } from './mailbox-draft.ts'
import { textEvents } from './text-events.ts'

export interface MailServerFieldsProps {
  /** What the fields' names begin with. */
  name: 'smtp' | 'imap'
  /** What the switch says. */
  label: string
  description: string
  login: LoginDraft
  /** The usual ports, with TLS from the beginning and with STARTTLS. */
  ports: { tls: number; starttls: number }
  keptPassword: boolean
  readOnly: boolean
  onChange: (patch: Partial<LoginDraft>) => void
}

/** A mail server to log in to: switched on or off, and its fields. */
export function MailServerFields(props: MailServerFieldsProps) {
  const { name, label, description, login, ports, keptPassword, readOnly, onChange } = props
  return (
    <>
      <Toggle
        label={label}
        name={`${name}On`}
        checked={login.on}
        readOnly={readOnly}
        textChecked="On"
        textUnchecked="Off"
        onChange={(on) => onChange({ on })}
      />
      {login.on ? (
        <>
          <Input
            label="Mail server"
            name={`${name}Host`}
            description={description}
            placeholder={`${name}.example.com`}
            required={true}
            readOnly={readOnly}
            value={login.host}
            {...textEvents((host) => onChange({ host }))}
          />
          <Select
            label="Protection"
            name={`${name}Tls`}
            readOnly={readOnly}
            value={login.tls}
            options={[
              { value: 'tls', label: `TLS from the beginning (port ${ports.tls})` },
              { value: 'starttls', label: `STARTTLS (port ${ports.starttls})` },
            ]}
            onChange={(value) => {
              const tls = value === 'starttls' ? 'starttls' : 'tls'
              onChange({ tls, port: ports[tls] })
            }}
          />
          <NumberInput
            label="Port"
            name={`${name}Port`}
            min={1}
            max={65_535}
            precision={0}
            readOnly={readOnly}
            value={login.port}
            onChange={(value) => onChange({ port: Number(value) })}
          />
          <Input
            label="User"
            name={`${name}User`}
            readOnly={readOnly}
            value={login.user}
            {...textEvents((user) => onChange({ user }))}
          />
          <Input
            label="Password"
            name={`${name}Password`}
            type="password"
            description={
              keptPassword
                ? 'One is kept and never shown. Enter it again when the server or the user changes.'
                : 'Kept encrypted and never shown again.'
            }
            readOnly={readOnly}
            value={login.password}
            {...textEvents((password) => onChange({ password }))}
          />
        </>
      ) : null}
    </>
  )
}
