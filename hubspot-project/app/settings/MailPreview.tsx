import { Alert, Flex, List, LoadingSpinner, Text } from '@hubspot/ui-extensions'
import { type Timers, useLoad } from '@stagecue/app-client'
import { useCallback, useEffect, useRef } from 'react'
import { paragraphsOf } from './paragraphs-of.ts'
import type { SettingsApi } from './settings-tools.ts'
import { LoadFailed, StaleNotice } from './shared-views.ts'

/** Milliseconds without a keystroke before the preview is asked for. */
const TYPING_PAUSE = 600

export interface MailPreviewProps {
  subject: string
  body: string
  api: Pick<SettingsApi, 'previewMail'>
  timers: Timers
}

/** The e-mail as an example contact would get it. While typing the last preview stays until a newer one is there. */
export function MailPreview({ subject, body, api, timers }: MailPreviewProps) {
  const texts = useRef({ subject, body })
  const shown = useRef({ subject, body })
  texts.current = { subject, body }
  const [loaded, { reload }] = useLoad(
    useCallback(() => {
      shown.current = texts.current
      return api.previewMail(texts.current)
    }, [api]),
  )

  useEffect(() => {
    if (shown.current.subject === subject && shown.current.body === body) return
    return timers.after(TYPING_PAUSE, () => void reload())
  }, [subject, body, reload, timers])

  if (loaded.kind === 'loading') return <LoadingSpinner label="Loading preview" showLabel={true} size="xs" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed title="There is no preview" error={loaded.error} reloading={loaded.reloading} onTryAgain={reload} />
    )
  }
  const { problems } = loaded.value
  return (
    <Flex direction="column" gap="small">
      <StaleNotice stale={loaded.stale} />
      {problems.length === 0 ? null : (
        <Alert title="This e-mail would not go out like this" variant="warning">
          <List variant="unordered-styled">
            {problems.map((problem) => (
              <Text key={problem}>{problem}</Text>
            ))}
          </List>
        </Alert>
      )}
      <Text format={{ fontWeight: 'demibold' }}>Subject: {loaded.value.subject}</Text>
      {paragraphsOf(loaded.value.text).map(({ key, text }) => (
        <Text key={key}>{text}</Text>
      ))}
    </Flex>
  )
}
