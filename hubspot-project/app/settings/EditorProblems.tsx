import { Alert, Button, Flex, List, Text } from '@hubspot/ui-extensions'
import { ProblemNotice } from './shared-views.ts'
import type { useSequenceChanges } from './use-sequence-changes.ts'

export interface EditorProblemsProps {
  /** What keeps the draft from being published. */
  problems: readonly string[]
  changes: ReturnType<typeof useSequenceChanges>
}

export function EditorProblems({ problems, changes }: EditorProblemsProps) {
  const { saving, steering, takingTheirs } = changes
  return (
    <Flex direction="column" gap="small">
      {problems.length === 0 ? null : (
        <Alert title="Before it can be published" variant="info">
          <List variant="unordered-styled">
            {problems.map((problem) => (
              <Text key={problem}>{problem}</Text>
            ))}
          </List>
        </Alert>
      )}
      {saving.error?.code === 'conflict' ? (
        <Alert title="Someone else saved this sequence while you were editing" variant="danger">
          <Flex direction="column" gap="small">
            <Text>
              {saving.error.message} Your texts are still here: copy what you want to keep, then load the other version.
            </Text>
            <Flex direction="row">
              <Button size="xs" variant="destructive" onClick={() => takingTheirs.run(null)}>
                Discard mine and load theirs
              </Button>
            </Flex>
          </Flex>
        </Alert>
      ) : (
        <ProblemNotice title="The draft was not saved" error={saving.error} />
      )}
      <ProblemNotice title="The sequence was not changed" error={steering.error} />
      <ProblemNotice title="The other version was not loaded" error={takingTheirs.error} />
    </Flex>
  )
}
