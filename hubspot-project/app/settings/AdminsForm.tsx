import { Alert, Flex, Form, Heading, LoadingButton, TextArea } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import { isAddress } from './SenderFields.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { textEvents } from './text-events.ts'
import { useDraft } from './use-draft.ts'
import { useUnsaved } from './use-unsaved.ts'

export interface AdminsFormProps extends Omit<EditingTabProps, 'mayConfigure'> {
  admins: readonly string[]
  /** Of the list. */
  revision: number
  userEmail: string
  onChanged: () => void
}

/** Who may change these settings, one HubSpot login address a line. */
export function AdminsForm({ admins, revision, userEmail, api, tools, onChanged, onUnsaved }: AdminsFormProps) {
  const form = useDraft({ text: admins.join('\n'), revision })
  const { text } = form.draft
  const emails = readAddresses(text)
  const saving = useChange(
    (list: { emails: string[]; revision: number }, idempotencyKey) => api.saveAdmins({ ...list, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDone: (_, list) => {
        form.take({ text: list.emails.join('\n'), revision: list.revision + 1 })
        tools.addAlert({ type: 'success', message: 'Saved who may configure Stagecue.' })
        onChanged()
      },
      onDoubt: onChanged,
    },
  )

  const problem = problemWith(emails)
  const unchanged = emails.join(' ') === readAddresses(form.base.text).join(' ')
  useUnsaved(!unchanged, onUnsaved)
  const losesAccess = problem === null && !emails.includes(userEmail.toLowerCase())
  const save = () =>
    problem === null && !unchanged ? saving.run({ emails, revision: form.draft.revision }) : undefined
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
          {...textEvents((text) => form.change(() => ({ text })))}
        />
        {losesAccess ? (
          <Alert title="Your own address is not in the list" variant="warning">
            Whoever saves the list stays on it, so it is not saved like this. Another admin can take you off.
          </Alert>
        ) : null}
        <ProblemNotice title="The list was not saved" error={saving.error} />
        <OvertakenNotice form={form} words={WORDS} />
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

const WORDS = { text: (saved: string) => readAddresses(saved).join(', ') }

function problemWith(emails: readonly string[]): string | null {
  if (emails.length === 0) return 'Keep at least one address, otherwise nobody could change these settings.'
  const wrong = emails.filter((email) => !isAddress(email))
  return wrong.length === 0 ? null : `Not an e-mail address: ${wrong.join(', ')}`
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
