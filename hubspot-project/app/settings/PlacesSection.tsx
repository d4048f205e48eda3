import { Flex, Heading, LoadingButton, LoadingSpinner, Text, TextArea } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { Pipeline } from '@stagecue/shared/contract/pipeline.ts'
import type { Place } from '@stagecue/shared/contract/place.ts'
import { useCallback, useRef, useState } from 'react'
import { PlaceStages } from './PlaceStages.tsx'
import { placesOf, type StagesByPlace, stagesOf, withStages } from './place-lines.ts'
import { sameValue } from './sequence-draft.ts'
import type { EditingTabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'
import { textEvents } from './text-events.ts'
import { useUnsaved } from './use-unsaved.ts'

const MOST = 20

export interface PlacesSectionProps extends EditingTabProps {
  pipelines: readonly Pipeline[]
}

/** Stagecue's own pipeline: the places that steps put contacts to, shown on the deal's card. */
export function PlacesSection(props: PlacesSectionProps) {
  const { api, mayConfigure } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.listPlaces(), [api]))
  return (
    <Flex direction="column" gap="small">
      <Heading>Places</Heading>
      <Text>
        Stagecue’s own pipeline, apart from HubSpot’s stages: a step of a sequence puts a contact to a place, and the
        deal’s card shows it.
      </Text>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading places" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The places could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? <StaleNotice stale={loaded.stale} /> : null}
      {loaded.kind === 'ready' && mayConfigure ? (
        <PlacesForm
          {...props}
          key={JSON.stringify(loaded.value.places)}
          places={loaded.value.places}
          onSaved={reload}
        />
      ) : null}
      {loaded.kind === 'ready' && !mayConfigure ? (
        <Text>{loaded.value.places.map(({ name }) => name).join(', ') || 'There is no place yet.'}</Text>
      ) : null}
    </Flex>
  )
}

interface PlacesFormProps extends PlacesSectionProps {
  places: readonly Place[]
  onSaved: () => Promise<void>
}

function PlacesForm({ places, pipelines, api, tools, onSaved, onUnsaved }: PlacesFormProps) {
  const [text, setText] = useState(linesOf(places))
  const [stages, setStages] = useState<StagesByPlace>(stagesOf(places))
  // Made once for a list: a second try after a lost answer must say the same, or it is another change under the same key.
  const made = useRef<{ lines: string; places: Place[] } | null>(null)
  const saving = useChange(
    (input: { lines: string; stages: StagesByPlace }, idempotencyKey) => {
      const { lines } = input
      if (made.current?.lines !== lines) made.current = { lines, places: placesOf(lines, places, tools.makeKey) }
      return api.savePlaces({ places: withStages(made.current.places, input.stages), idempotencyKey })
    },
    {
      makeKey: tools.makeKey,
      onDone: () => {
        tools.addAlert({ type: 'success', message: 'Saved the places.' })
        void onSaved()
      },
    },
  )
  const names = text.split('\n').filter((line) => line.trim() !== '')
  const problem = names.length > MOST ? `At most ${MOST} places.` : null
  const impossible = problem !== null || names.length === 0
  const unchanged = text.trim() === linesOf(places) && sameValue(stages, stagesOf(places))
  useUnsaved(!unchanged, onUnsaved)
  return (
    <Flex direction="column" gap="small">
      <TextArea
        label="Places in their order"
        name="places"
        description="One a line, for example New, In conversation, Won over. Contacts at a place you take off the list stay there."
        rows={4}
        value={text}
        readOnly={saving.busy}
        error={problem !== null}
        validationMessage={problem ?? ''}
        {...textEvents(setText)}
      />
      <PlaceStages pipelines={pipelines} places={places} stages={stages} busy={saving.busy} onStages={setStages} />
      <ProblemNotice title="The places were not saved" error={saving.error} />
      <Flex direction="row">
        <LoadingButton
          onClick={() => saving.run({ lines: text, stages })}
          variant="secondary"
          size="sm"
          loading={saving.busy}
          disabled={impossible || unchanged || saving.busy}
        >
          Save places
        </LoadingButton>
      </Flex>
    </Flex>
  )
}

function linesOf(places: readonly Place[]): string {
  return places.map(({ name }) => name).join('\n')
}
