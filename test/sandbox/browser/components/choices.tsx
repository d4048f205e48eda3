import type {
  CheckboxProps,
  MultiSelectProps,
  RadioButtonProps,
  SelectProps,
  ToggleGroupProps,
  ToggleProps,
} from '@hubspot/ui-extensions'
import { useId, useRef, useState } from 'react'
import { useDismiss } from './dismiss.ts'
import { useChoice } from './drafts.ts'
import { Field, Hint } from './field.tsx'

type OptionValue = string | number | boolean

/** A native select: options keep their type, so a number chosen is a number in `onChange`. */
export function Select(props: SelectProps) {
  const options = props.options ?? []
  const [value, choose] = useChoice<OptionValue | undefined>(props.value, undefined)
  const isKnown = options.some((option) => option.value === value)
  const pick = (text: string) => {
    const option = options.find((one) => String(one.value) === text)
    if (option) choose(option.value, props.onChange, option.value)
  }
  return (
    <Field props={props}>
      {(control) => (
        <select
          {...control}
          className={`ui-input ui-select ${props.variant === 'transparent' ? 'is-transparent' : ''}`}
          name={props.name}
          value={isKnown ? String(value) : ''}
          disabled={props.readOnly}
          data-testid={props.testId}
          onChange={(event) => pick(event.target.value)}
        >
          {!isKnown && (
            <option value="" disabled>
              {props.placeholder ?? 'Select'}
            </option>
          )}
          {options.map((option) => (
            <option key={String(option.value)} value={String(option.value)}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

const NONE: OptionValue[] = []

export function MultiSelect(props: MultiSelectProps) {
  const options = props.options ?? []
  const [values, choose] = useChoice<OptionValue[]>(props.value, NONE)
  const chosen = options.filter((option) => values.includes(option.value))
  const [isOpen, setOpen] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  useDismiss(ref, isOpen, () => setOpen(false))
  const pick = (value: OptionValue, checked: boolean) => {
    const next = checked ? [...values, value] : values.filter((one) => one !== value)
    choose(next, props.onChange, next)
  }
  return (
    <Field props={props}>
      {(control) => (
        <div className="ui-multiselect" ref={ref}>
          <button
            type="button"
            {...control}
            className="ui-input ui-select"
            aria-expanded={isOpen}
            disabled={props.readOnly}
            data-testid={props.testId}
            onClick={() => setOpen(!isOpen)}
          >
            {chosen.length === 0 && <span className="ui-muted">{props.placeholder ?? 'Select'}</span>}
            {chosen.map((option) => (
              <span key={String(option.value)} className="ui-chip">
                {option.label}
              </span>
            ))}
          </button>
          <FormValues name={props.name} values={values} />
          {isOpen && (
            <fieldset aria-label={props.label} className="ui-multiselect-options">
              {options.map((option) => (
                <label key={String(option.value)} className="ui-check">
                  <input
                    type="checkbox"
                    checked={values.includes(option.value)}
                    onChange={(event) => pick(option.value, event.target.checked)}
                  />
                  <span>{option.label}</span>
                </label>
              ))}
            </fieldset>
          )}
        </div>
      )}
    </Field>
  )
}

/** What a form reads of a field of many values. The boxes themselves carry no name: radios of one name exclude each other. */
function FormValues({ name, values }: { name: string | undefined; values: OptionValue[] }) {
  if (!name) return null
  return values.map((value) => <input key={String(value)} type="hidden" name={name} value={String(value)} />)
}

function Check({ type, props }: { type: 'checkbox' | 'radio'; props: CheckboxProps }) {
  const id = useId()
  const [checked, choose] = useChoice(props.checked, props.initialIsChecked ?? false)
  const { description, value } = props
  return (
    <span className="ui-check-row">
      <label className="ui-check">
        <input
          type={type}
          name={props.name}
          value={value}
          checked={checked}
          disabled={props.readOnly ?? props.readonly}
          aria-label={props['aria-label']}
          aria-describedby={description ? id : undefined}
          data-testid={props.testId}
          onChange={(event) => choose(event.target.checked, props.onChange, event.target.checked, value)}
        />
        <span>{props.children}</span>
      </label>
      {description && (
        <small id={id} className="ui-field-note">
          {description}
        </small>
      )}
    </span>
  )
}

export const Checkbox = (props: CheckboxProps) => <Check type="checkbox" props={props} />
export const RadioButton = (props: RadioButtonProps) => <Check type="radio" props={props} />

export function ToggleGroup(props: ToggleGroupProps) {
  const isRadio = props.toggleType === 'radioButtonList'
  const options = props.options ?? []
  const initial = options.filter((option) => option.initialIsChecked).map((option) => option.value)
  const controlled = props.value === undefined ? undefined : [props.value].flat()
  const [values, choose] = useChoice(controlled, initial)
  const group = useId()
  const pick = (value: string, checked: boolean) => {
    if (isRadio) return choose([value], props.onChange, value)
    const next = checked ? [...values, value] : values.filter((one) => one !== value)
    choose(next, props.onChange, next)
  }
  return (
    <fieldset className={`ui-toggle-group ${props.inline ? 'is-inline' : ''}`} data-testid={props.testId}>
      <legend className={props.required ? 'is-required' : ''}>{props.label}</legend>
      {props.tooltip && <Hint text={props.tooltip} />}
      <FormValues name={props.name} values={values} />
      <div className="ui-toggle-options">
        {options.map((option) => (
          <span key={option.value} className="ui-check-row">
            <label className="ui-check">
              <input
                type={isRadio ? 'radio' : 'checkbox'}
                name={group}
                // The name only groups them for the arrow keys; the form reads the hidden fields.
                form=""
                value={option.value}
                checked={values.includes(option.value)}
                disabled={option.readOnly ?? option.readonly}
                onChange={(event) => pick(option.value, event.target.checked)}
              />
              <span>{option.label}</span>
            </label>
            {option.description && <small className="ui-field-note">{option.description}</small>}
          </span>
        ))}
      </div>
      {props.validationMessage && (
        <small className={`ui-field-note ${props.error ? 'is-error' : 'is-success'}`}>{props.validationMessage}</small>
      )}
    </fieldset>
  )
}

export function Toggle(props: ToggleProps) {
  const [checked, choose] = useChoice(props.checked, props.initialIsChecked ?? false)
  const { labelDisplay = 'inline', size = 'md', textChecked = 'ON', textUnchecked = 'OFF' } = props
  const hasText = size === 'md' || size === 'medium' || size === 'default'
  return (
    <label className={`ui-toggle is-${labelDisplay}`}>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        aria-label={props.label}
        name={props.name}
        checked={checked}
        disabled={props.readOnly ?? props.readonly}
        data-testid={props.testId}
        onChange={(event) => choose(event.target.checked, props.onChange, event.target.checked)}
      />
      <span className={`ui-toggle-track ${hasText ? 'has-text' : ''}`} aria-hidden="true">
        {hasText && <span>{checked ? textChecked : textUnchecked}</span>}
      </span>
      {labelDisplay !== 'hidden' && <span className="ui-toggle-label">{props.label}</span>}
    </label>
  )
}
