import type {
  AlertProps,
  EmptyStateProps,
  ErrorStateProps,
  FormProps,
  LoadingSpinnerProps,
  ProgressBarProps,
  StatisticsItemProps,
  StatisticsProps,
  StatisticsTrendProps,
  StepIndicatorProps,
} from '@hubspot/ui-extensions'
import type { FormEvent } from 'react'
import { createEvent, useEventSender, useHost } from './host-context.ts'
import { Drawing } from './icons.tsx'

/**
 * Values by field name; number fields give numbers (HubSpot SDK types, `FormInputValues`). Several values of one name
 * are joined by semicolons, as HubSpot joins the values of a checkbox property.
 */
function readValues(form: HTMLFormElement): Record<string, string | number> {
  const values: Record<string, string | number> = {}
  for (const [name, value] of new FormData(form)) {
    const field = form.elements.namedItem(name)
    const isNumber = field instanceof HTMLInputElement && field.type === 'number' && value !== ''
    if (!name) continue
    const known = values[name]
    values[name] = known !== undefined ? `${known};${value}` : isNumber ? Number(value) : String(value)
  }
  return values
}

export function Form({ onSubmit, autoComplete = 'on', testId, children }: FormProps) {
  const send = useEventSender()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    void send(onSubmit, { ...createEvent('submit', testId), targetValue: readValues(event.currentTarget) })
  }
  return (
    <form className="ui-form" autoComplete={autoComplete} onSubmit={submit} noValidate data-testid={testId}>
      {children}
    </form>
  )
}

const URGENT = new Set(['error', 'danger', 'warning'])

export function Alert({ title, variant = 'info', testId, children }: AlertProps) {
  const kind = variant === 'error' ? 'danger' : variant
  return (
    <div className={`ui-alert is-${kind}`} role={URGENT.has(variant) ? 'alert' : 'status'} data-testid={testId}>
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  )
}

export function EmptyState(props: EmptyStateProps) {
  const { title, layout = 'horizontal', reverseOrder, imageWidth = 250, flush, testId, children } = props
  const classes = `ui-state is-${layout} ${reverseOrder ? 'is-reversed' : ''} ${flush ? 'is-flush' : ''}`
  return (
    <div className={classes} data-testid={testId}>
      <div className="ui-state-text">
        {title && <h3 className="ui-heading">{title}</h3>}
        {children}
      </div>
      <Drawing kind="empty" width={Math.min(imageWidth, 140)} />
    </div>
  )
}

export function ErrorState({ title, type = 'error', testId, children }: ErrorStateProps) {
  return (
    <div className="ui-state is-vertical" role="alert" data-testid={testId}>
      <Drawing kind={type === 'lock' ? 'lock' : 'error'} width={96} />
      <div className="ui-state-text">
        <h3 className="ui-heading">{title ?? 'Something went wrong'}</h3>
        {children}
      </div>
    </div>
  )
}

export function LoadingSpinner({ label, showLabel, size = 'sm', layout = 'inline', testId }: LoadingSpinnerProps) {
  return (
    <div className={`ui-spinner is-${size} is-${layout}`} role="status" aria-label={label} data-testid={testId}>
      <i aria-hidden="true" />
      {showLabel && <span>{label}</span>}
    </div>
  )
}

export function ProgressBar(props: ProgressBarProps) {
  const { title, value = 0, variant = 'success', showPercentage, valueDescription, testId } = props
  const max = props.maxValue ?? props.valueMax ?? 100
  const percent = max > 0 ? Math.round((Math.min(Math.max(value, 0), max) / max) * 100) : 0
  return (
    <div className="ui-progress" data-testid={testId}>
      <div className="ui-progress-text">
        {title && <span>{title}</span>}
        {showPercentage && <span>{percent}%</span>}
      </div>
      <div
        className={`ui-progress-track is-${variant}`}
        role="progressbar"
        aria-label={props['aria-label'] ?? title}
        aria-valuenow={value}
        aria-valuemin={0}
        aria-valuemax={max}
        tabIndex={-1}
      >
        <i style={{ width: `${percent}%` }} />
      </div>
      {valueDescription && <small className="ui-field-note">{valueDescription}</small>}
    </div>
  )
}

export const Statistics = ({ testId, children }: StatisticsProps) => (
  <div className="ui-statistics" data-testid={testId}>
    {children}
  </div>
)

export const StatisticsItem = ({ label, number, testId, children }: StatisticsItemProps) => (
  <div className="ui-statistic" data-testid={testId}>
    <span className="ui-statistic-label">{label}</span>
    <span className="ui-statistic-number">{number}</span>
    {children}
  </div>
)

export function StatisticsTrend({ value, direction = 'increase', color, testId }: StatisticsTrendProps) {
  const tone = color ?? (direction === 'increase' ? 'green' : 'red')
  return (
    <span className={`ui-trend is-${tone}`} data-testid={testId}>
      <span aria-hidden="true">{direction === 'increase' ? '▲' : '▼'}</span> {value}
    </span>
  )
}

export function StepIndicator(props: StepIndicatorProps) {
  const { stepNames, direction = 'horizontal', currentStep = 0, variant = 'default', onClick, testId } = props
  const { send } = useHost()
  const classes = `ui-steps is-${direction} is-${variant}`
  return (
    <ol className={classes} data-testid={testId}>
      {stepNames.map((name, step) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its position, names may repeat
          key={step}
          className={step < currentStep ? 'is-done' : ''}
          aria-current={step === currentStep ? 'step' : undefined}
        >
          <button type="button" disabled={!onClick} onClick={() => void send(onClick, step)}>
            <i aria-hidden="true">{step < currentStep ? '✓' : step + 1}</i>
            <span className={variant !== 'default' && step !== currentStep ? 'ui-visually-hidden' : ''}>{name}</span>
          </button>
        </li>
      ))}
    </ol>
  )
}
