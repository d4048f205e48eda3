import { Counter, collectDefaultMetrics, Histogram, Registry } from '@prometheus-io/client'
import { COUNTERS, type CounterName, HISTOGRAMS, type HistogramName, type Metrics } from '#core/metrics.ts'

const PREFIX = 'stagecue_'
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 600]

/** The process's metrics, in a registry of its own. The only file that knows the metrics library. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: PREFIX })
  const counters = new Map<CounterName, Counter<string>>()
  for (const [name, { help, labels }] of Object.entries(COUNTERS)) {
    const counter = new Counter({ name: PREFIX + name, help, labelNames: [...labels], registers: [registry] })
    counters.set(name as CounterName, counter)
  }
  const histograms = new Map<HistogramName, Histogram<string>>()
  for (const [name, { help, labels }] of Object.entries(HISTOGRAMS)) {
    const settings = { name: PREFIX + name, help, labelNames: [...labels], buckets: SECONDS, registers: [registry] }
    histograms.set(name as HistogramName, new Histogram(settings))
  }
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, seconds, labels) => histograms.get(name)?.observe(labels ?? {}, seconds),
    expose: () => registry.metrics(),
  }
}
