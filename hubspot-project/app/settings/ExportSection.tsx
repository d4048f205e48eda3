import { Flex, LoadingSpinner, Text, TextArea } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback } from 'react'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'

export interface ExportSectionProps extends Omit<TabProps, 'mayConfigure'> {
  sequenceId: string
  unsaved: boolean
}

/** The stored draft as YAML, to be copied: an extension cannot start a download. */
export function ExportSection({ sequenceId, unsaved, api }: ExportSectionProps) {
  const [loaded, { reload }] = useLoad(useCallback(() => api.exportSequence(sequenceId), [api, sequenceId]))
  if (loaded.kind === 'loading') return <LoadingSpinner label="Writing the file" showLabel={true} />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="The file could not be written"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const { fileName, text } = loaded.value
  return (
    <Flex direction="column" gap="extra-small">
      <Text>{`Copy this text into a file, ${fileName} for example. It holds the draft with the ids of its steps; an import finds the sequence again by its key.`}</Text>
      {unsaved ? <Text variant="microcopy">It is the saved draft: your unsaved changes are not in it.</Text> : null}
      <TextArea label="The file" name="sequence-file" readOnly={true} rows={16} value={text} />
    </Flex>
  )
}
