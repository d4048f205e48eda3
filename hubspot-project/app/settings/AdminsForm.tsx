import { Alert, Flex, Form, Heading, LoadingButton, Text, TextArea } from '@hubspot/ui-extensions'
import { ProblemNotice, useChange } from '@stagecue/app-client'
import { useState } from 'react'
import type { TabProps } from './settings-tools.ts'
import { textEvents } from './text-events.ts'

export interface AdminsFormProps extends TabProps {
  admins: readonly string[]
  userEmail: string
  onChanged: () => void
}

/** Who may change these settings, one HubSpot login address a line. */
export function AdminsForm({ admins, userEmail, api, tools, mayConfigure, onChanged }: AdminsFormProps) {
  const [text, setText] = useState(admins.join('\n'))
  const emails = readAddresses(text)
  const wrong = emails.filter((email) => !/^[^@\s]+@[^@\s]+$/.test(email))
  const saving = useChange((list: string[], idempotencyKey) => api.saveAdmins({ emails: list, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: () => {
      tools.addAlert({ type: 'success', message: 'Saved who may configure Stagecue.' })
      onChanged()
    },
  })

  const problem =
    emails.length === 0
      ? 'Keep at least one address, otherwise nobody could change these settings.'
      : wrong.length > 0
        ? `Not an e-mail address: ${wrong.join(', ')}`
        : null
  const unchanged = emails.join(' ') === readAddresses(admins.join(' ')).join(' ')
  const losesAccess = problem === null && !emails.includes(userEmail.toLowerCase())
  const save = () => (problem === null && !unchanged ? saving.run(emails) : undefined)

  if (!mayConfigure) {
    return (
      <Flex direction="column" gap="extra-small">
        <Heading>Who may configure</Heading>
        <Text>{admins.length === 0 ? 'Nobody is listed yet.' : admins.join(', ')}</Text>
      </Flex>
    )
  }
  return (
    <Form preventDefault={true} onSubmit={save}>
      <Flex direction="column" gap="small">
        <Heading>Who may configure</Heading>
        <TextArea
          label="HubSpot login addresses"
          name="admins"
          description="One address per line. Everyone else can look at these settings."
          required={true}
          rows={4}
          value={text}
          readOnly={saving.busy}
          error={problem !== null}
          validationMessage={problem ?? ''}
          {...textEvents(setText)}
        />
        {losesAccess ? (
          <Alert title="Your own address is not in the list" variant="warning">
            After saving you can no longer change these settings.
          </Alert>
        ) : null}
        <ProblemNotice title="The list was not saved" error={saving.error} />
        <Flex direction="row">
          <LoadingButton
            type="submit"
            variant="secondary"
            size="sm"
            loading={saving.busy}
            disabled={problem !== null || unchanged || saving.busy}
          >
            Save list
          </LoadingButton>
        </Flex>
      </Flex>
    </Form>
  )
}

function readAddresses(text: string): string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,;]+/)
        .filter((part) => part !== ''),
    ),
  ]
}
