import { Alert, Button, Flex, List, Text } from '@hubspot/ui-extensions'
import { type ApiError, ProblemNotice } from '@stagecue/app-client'

export interface EditorProblemsProps {
  /** What keeps the draft from being published. */
  problems: readonly string[]
  saving: ApiError | null
  steering: ApiError | null
  loading: ApiError | null
  onTakeTheirs: () => Promise<void>
}

export function EditorProblems({ problems, saving, steering, loading, onTakeTheirs }: EditorProblemsProps) {
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
      {saving?.code === 'conflict' ? (
        <Alert title="Someone else saved this sequence while you were editing" variant="danger">
          <Flex direction="column" gap="small">
            <Text>
              {saving.message} Your texts are still here: copy what you want to keep, then load the other version.
            </Text>
            <Flex direction="row">
              <Button size="xs" variant="destructive" onClick={onTakeTheirs}>
                Discard mine and load theirs
              </Button>
            </Flex>
          </Flex>
        </Alert>
      ) : (
        <ProblemNotice title="The draft was not saved" error={saving} />
      )}
      <ProblemNotice title="The sequence was not changed" error={steering} />
      <ProblemNotice title="The other version was not loaded" error={loading} />
    </Flex>
  )
}
