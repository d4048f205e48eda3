import { conflict, invalid } from './errors.ts'
import { checksProperties } from './standard-properties.ts'
import { recordsOf, stageOf } from './state.ts'
import type { CrmRecord, Fact, ObjectType, Portal, Property, Source } from './types.ts'

export type Properties = Record<string, string | number | boolean | null | undefined>

interface NewRecord {
  readonly id?: string
  readonly properties: Properties
}

/** Makes a record. HubSpot fires the creation and a propertyChange for each value set (docs, webhooks). */
export function createRecord(
  portal: Portal,
  type: ObjectType,
  input: NewRecord,
  by: Source,
  at: number,
): { record: CrmRecord; facts: Fact[] } {
  const properties = cleanProperties(portal, type, input.properties, null)
  const id = input.id ?? String(portal.nextId++)
  if (recordsOf(portal, type).has(id)) throw conflict(`${type} ${id} exists already.`)
  const record: CrmRecord = {
    id,
    type,
    properties: new Map(),
    history: new Map(),
    createdAt: at,
    updatedAt: at,
    archivedAt: null,
    mergedInto: null,
  }
  recordsOf(portal, type).set(id, record)
  write(record, 'hs_object_id', id, by, at)
  write(
    record,
    type === 'contacts' || type === 'deals' || type === 'companies' ? 'createdate' : 'hs_createdate',
    iso(at),
    by,
    at,
  )
  const facts: Fact[] = [
    { kind: 'creation', portalId: portal.portalId, objectType: type, objectId: id, occurredAt: at, source: by },
  ]
  facts.push(...setProperties(portal, record, properties, by, at))
  return { record, facts }
}

/** Sets properties; values that do not change cause nothing. Validates as HubSpot does (400 VALIDATION_ERROR, 409 CONFLICT). */
export function updateRecord(portal: Portal, record: CrmRecord, input: Properties, by: Source, at: number): Fact[] {
  return setProperties(portal, record, cleanProperties(portal, record.type, input, record), by, at)
}

function setProperties(
  portal: Portal,
  record: CrmRecord,
  properties: Map<string, string>,
  by: Source,
  at: number,
): Fact[] {
  const facts: Fact[] = []
  const before = record.properties.get('dealstage')
  for (const [name, value] of properties) {
    if ((record.properties.get(name) ?? '') === value) continue
    if (record.type === 'contacts' && name === 'email') indexEmail(portal, record, value)
    write(record, name, value, by, at)
    facts.push({
      kind: 'propertyChange',
      portalId: portal.portalId,
      objectType: record.type,
      objectId: record.id,
      occurredAt: at,
      source: by,
      propertyName: name,
      propertyValue: value,
    })
  }
  if (record.type === 'deals') markStage(portal, record, before, by, at)
  touch(record, at)
  return facts
}

/** Per-stage dates and the closed flags, which HubSpot calculates when the stage changes. */
function markStage(portal: Portal, record: CrmRecord, before: string | undefined, by: Source, at: number) {
  const after = record.properties.get('dealstage')
  if (after === before) return
  if (before) write(record, `hs_v2_date_exited_${before}`, iso(at), by, at)
  if (!after) return
  write(record, `hs_v2_date_entered_${after}`, iso(at), by, at)
  const stage = stageOf(portal, after)?.stage
  write(record, 'hs_is_closed', String(stage?.isClosed ?? false), by, at)
  write(record, 'hs_is_closed_won', String(stage?.isClosed === true && stage.probability === '1.0'), by, at)
}

/** Stores one value with its history; says nothing to anybody. */
export function write(record: CrmRecord, name: string, value: string, by: Source, at: number) {
  record.properties.set(name, value)
  const version = { value, timestamp: at, sourceType: by.sourceType, sourceId: by.sourceId }
  const versions = record.history.get(name)
  if (versions) versions.push(version)
  else record.history.set(name, [version])
}

/** Moves the last-modified date, without history: it would outgrow everything else. */
export function touch(record: CrmRecord, at: number) {
  record.updatedAt = at
  record.properties.set('hs_lastmodifieddate', iso(at))
  if (record.type === 'contacts') record.properties.set('lastmodifieddate', iso(at))
}

export const iso = (at: number) => new Date(at).toISOString()

function cleanProperties(portal: Portal, type: ObjectType, input: Properties, record: CrmRecord | null) {
  const properties = new Map<string, string>()
  const problems: { isValid: false; message: string; error: string; name: string }[] = []
  const known = portal.properties.get(type)
  for (const [name, raw] of Object.entries(input)) {
    if (raw === undefined) continue
    if (checksProperties(type) && !name.startsWith('hs_') && !known?.has(name)) {
      const message = `Property "${name}" does not exist`
      problems.push({ isValid: false, message, error: 'PROPERTY_DOESNT_EXIST', name })
    } else properties.set(name, raw === null ? '' : String(raw))
  }
  for (const [name, value] of properties) checkMade(known?.get(name), value, problems)
  if (type === 'deals') checkStage(portal, properties, record, problems)
  if (type === 'contacts') checkEmail(portal, properties, record, problems)
  if (type === 'tasks') checkTask(properties, record, problems)
  if (problems.length > 0) {
    throw invalid(`Property values were not valid: ${JSON.stringify(problems)}`, {
      errors: problems.map(({ message, error, name }) => ({ message, code: error, context: { propertyName: [name] } })),
    })
  }
  return properties
}

type Problems = { isValid: false; message: string; error: string; name: string }[]

/** Properties that apps made: a choice must be one of the list, a moment ISO 8601 or milliseconds (HubSpot docs, properties). */
function checkMade(property: Property | undefined, value: string, problems: Problems) {
  if (!property || property.hubspotDefined || value === '') return
  const { name, type, options } = property
  if (type === 'enumeration' && !options.some((option) => option.value === value)) {
    const message = `${value} was not one of the allowed options: ${options.map((option) => option.value).join(', ')}`
    problems.push({ isValid: false, message, error: 'INVALID_OPTION', name })
  }
  if (type === 'datetime' && !/^\d+$/.test(value) && Number.isNaN(Date.parse(value))) {
    problems.push({ isValid: false, message: `${value} was not a valid date.`, error: 'INVALID_DATE', name })
  }
}

function checkStage(portal: Portal, properties: Map<string, string>, record: CrmRecord | null, problems: Problems) {
  const stageId = properties.get('dealstage')
  if (!stageId) return
  const pipelineId = properties.get('pipeline') ?? record?.properties.get('pipeline') ?? portal.pipelines[0]?.id ?? ''
  const pipeline = portal.pipelines.find((candidate) => candidate.id === pipelineId)
  if (!pipeline) {
    const message = `${pipelineId} was not one of the allowed options: ${portal.pipelines.map((one) => one.id).join(', ')}`
    problems.push({ isValid: false, message, error: 'INVALID_OPTION', name: 'pipeline' })
  } else if (!pipeline.stages.some((stage) => stage.id === stageId)) {
    const message = `${stageId} was not one of the allowed options: ${pipeline.stages.map((one) => one.id).join(', ')}`
    problems.push({ isValid: false, message, error: 'INVALID_OPTION', name: 'dealstage' })
  } else if (!properties.has('pipeline') && !record?.properties.has('pipeline')) properties.set('pipeline', pipelineId)
}

/** HubSpot docs, tasks: a due date is required, and type, status and priority are closed lists. */
const TASK_CHOICES = {
  hs_task_type: ['EMAIL', 'CALL', 'TODO'],
  hs_task_status: ['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'DEFERRED', 'COMPLETED'],
  hs_task_priority: ['LOW', 'MEDIUM', 'HIGH'],
}

function checkTask(properties: Map<string, string>, record: CrmRecord | null, problems: Problems) {
  if (!record && !properties.get('hs_timestamp')) {
    const message = 'Error creating TASK. Some required properties were not set.'
    problems.push({ isValid: false, message, error: 'REQUIRED_PROPERTIES_MISSING', name: 'hs_timestamp' })
  }
  for (const [name, choices] of Object.entries(TASK_CHOICES)) {
    const value = properties.get(name)
    if (!value || choices.includes(value)) continue
    const message = `${value} was not one of the allowed options: ${choices.join(', ')}`
    problems.push({ isValid: false, message, error: 'INVALID_OPTION', name })
  }
}

function checkEmail(portal: Portal, properties: Map<string, string>, record: CrmRecord | null, problems: Problems) {
  const email = properties.get('email')
  if (!email) return
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    const message = `Email address ${email} is invalid`
    problems.push({ isValid: false, message, error: 'INVALID_EMAIL', name: 'email' })
    return
  }
  properties.set('email', email.toLowerCase())
  const existing = portal.contactByEmail.get(email.toLowerCase())
  if (existing && existing !== record?.id) throw conflict(`Contact already exists. Existing ID: ${existing}`)
}

function indexEmail(portal: Portal, record: CrmRecord, email: string) {
  const old = record.properties.get('email')
  if (old && portal.contactByEmail.get(old) === record.id) portal.contactByEmail.delete(old)
  if (email) portal.contactByEmail.set(email, record.id)
}
