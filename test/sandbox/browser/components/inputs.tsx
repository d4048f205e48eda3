import type {
  DateInputProps,
  InputProps,
  NumberInputProps,
  SearchInputProps,
  StepperInputProps,
  TextAreaProps,
  TimeInputProps,
} from '@hubspot/ui-extensions'
import type { KeyboardEvent } from 'react'
import { useChoice, useTextDraft } from './drafts.ts'
import { Field } from './field.tsx'
import { useHost } from './host-context.ts'

const asText = (text: string) => text
const asNumber = (text: string) => (text.trim() === '' ? undefined : Number(text))

export function Input(props: InputProps) {
  const { bind, text, commit, hasDraft } = useTextDraft(props.value, props.defaultValue ?? '', props, asText)
  return (
    <Field props={props}>
      {(control) => (
        <input
          {...control}
          {...bind}
          className="ui-input"
          type={props.type ?? 'text'}
          name={props.name}
          placeholder={props.placeholder}
          readOnly={props.readOnly}
          data-testid={props.testId}
          onKeyDown={(event) => hasDraft && isEnter(event) && commit(text)}
        />
      )}
    </Field>
  )
}

export function SearchInput(props: SearchInputProps) {
  const { send } = useHost()
  const { bind, text, commit, hasDraft } = useTextDraft(props.value, props.defaultValue ?? '', props, asText)
  const clear = () => {
    void send(props.onInput, '')
    commit('')
  }
  return (
    <Field props={props}>
      {(control) => (
        <div className="ui-search">
          <input
            {...control}
            {...bind}
            className="ui-input"
            type="search"
            name={props.name}
            placeholder={props.placeholder ?? 'Search'}
            readOnly={props.readOnly}
            data-testid={props.testId}
            onKeyDown={(event) => hasDraft && isEnter(event) && commit(text)}
          />
          {(props.clearable ?? true) && text !== '' && (
            <button type="button" className="ui-search-clear" aria-label="Clear search" onClick={clear}>
              ×
            </button>
          )}
        </div>
      )}
    </Field>
  )
}

export function TextArea(props: TextAreaProps) {
  const { bind } = useTextDraft(props.value, props.defaultValue ?? '', props, asText)
  return (
    <Field props={props}>
      {(control) => (
        <textarea
          {...control}
          {...bind}
          className="ui-input"
          name={props.name}
          placeholder={props.placeholder}
          readOnly={props.readOnly}
          cols={props.cols}
          rows={props.rows ?? 3}
          maxLength={props.maxLength}
          style={{ resize: props.resize ?? 'both' }}
          data-testid={props.testId}
        />
      )}
    </Field>
  )
}

export function NumberInput(props: NumberInputProps) {
  const { bind, text, commit, hasDraft } = useTextDraft(
    toText(props.value),
    toText(props.defaultValue) ?? '',
    props,
    asNumber,
  )
  return (
    <Field props={props}>
      {(control) => (
        <div className="ui-affix">
          <input
            {...control}
            {...bind}
            className="ui-input"
            type="number"
            step={props.precision ? 10 ** -props.precision : 'any'}
            min={props.min}
            max={props.max}
            name={props.name}
            placeholder={props.placeholder}
            readOnly={props.readOnly}
            style={{ textAlign: props.textAlign }}
            data-testid={props.testId}
            onKeyDown={(event) => hasDraft && isEnter(event) && commit(text)}
          />
          {props.formatStyle === 'percentage' && <span aria-hidden="true">%</span>}
        </div>
      )}
    </Field>
  )
}

export function StepperInput(props: StepperInputProps) {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, stepSize = 1, readOnly = false } = props
  const { bind, text, commit, hasDraft } = useTextDraft(
    toText(props.value),
    toText(props.defaultValue) ?? '',
    props,
    asNumber,
  )
  const number = Number(text) || 0
  const step = (by: number) => commit(String(Math.min(max, Math.max(min, number + by))))
  return (
    <Field props={props}>
      {(control) => (
        <div className="ui-stepper">
          <button
            type="button"
            aria-label={`Decrease ${props.label}`}
            title={number <= min ? props.minValueReachedTooltip : undefined}
            disabled={readOnly || number <= min}
            onClick={() => step(-stepSize)}
          >
            −
          </button>
          <input
            {...control}
            {...bind}
            className="ui-input"
            type="number"
            min={props.min}
            max={props.max}
            step={stepSize}
            name={props.name}
            placeholder={props.placeholder}
            readOnly={readOnly}
            data-testid={props.testId}
            onKeyDown={(event) => hasDraft && isEnter(event) && commit(text)}
          />
          <button
            type="button"
            aria-label={`Increase ${props.label}`}
            title={number >= max ? props.maxValueReachedTooltip : undefined}
            disabled={readOnly || number >= max}
            onClick={() => step(stepSize)}
          >
            +
          </button>
        </div>
      )}
    </Field>
  )
}

export function DateInput(props: DateInputProps) {
  const { send } = useHost()
  const [text, choose] = useChoice(toDateText(props.value), toDateText(props.defaultValue) ?? '')
  return (
    <Field props={props}>
      {(control) => (
        <input
          {...control}
          className="ui-input"
          type="date"
          value={text}
          min={toDateText(props.min)}
          max={toDateText(props.max)}
          name={props.name}
          readOnly={props.readOnly}
          data-testid={props.testId}
          onChange={(event) => choose(event.target.value, props.onChange, fromDateText(event.target.value))}
          onFocus={() => void send(props.onFocus, fromDateText(text))}
          onBlur={() => void send(props.onBlur, fromDateText(text))}
        />
      )}
    </Field>
  )
}

export function TimeInput(props: TimeInputProps) {
  const { send } = useHost()
  const [text, choose] = useChoice(toTimeText(props.value), toTimeText(props.defaultValue) ?? '')
  return (
    <Field props={props}>
      {(control) => (
        <input
          {...control}
          className="ui-input"
          type="time"
          value={text}
          min={toTimeText(props.min)}
          max={toTimeText(props.max)}
          name={props.name}
          readOnly={props.readOnly}
          data-testid={props.testId}
          onChange={(event) => choose(event.target.value, props.onChange, fromTimeText(event.target.value))}
          onFocus={() => void send(props.onFocus, fromTimeText(text))}
          onBlur={() => void send(props.onBlur, fromTimeText(text))}
        />
      )}
    </Field>
  )
}

function isEnter(event: KeyboardEvent) {
  return event.key === 'Enter'
}

function toText(value: number | null | undefined) {
  return value === undefined || value === null ? undefined : String(value)
}

function pad(value: number, length = 2) {
  return String(value).padStart(length, '0')
}

/** Months count from 0 (HubSpot SDK types, `BaseDate`). */
function toDateText(date: DateInputProps['value'] | null) {
  return date ? `${pad(date.year, 4)}-${pad(date.month + 1)}-${pad(date.date)}` : undefined
}

function fromDateText(text: string) {
  const [year, month, date] = text.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return null
  return { year, month: month - 1, date, formattedDate: text }
}

function toTimeText(time: TimeInputProps['value']) {
  return time ? `${pad(time.hours)}:${pad(time.minutes)}` : undefined
}

function fromTimeText(text: string) {
  const [hours, minutes] = text.split(':').map(Number)
  return hours === undefined || minutes === undefined ? null : { hours, minutes }
}
