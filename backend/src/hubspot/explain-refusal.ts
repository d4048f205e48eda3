import { AppError } from '#core/errors.ts'
import { maskText } from './mask.ts'
import { contextValues, describeProblem, type Problem } from './problem.ts'

/** What would be the status, where none says it: inside a 200, and for one part of a batch. */
export const CATEGORY_STATUS: Readonly<Record<string, number>> = {
  VALIDATION_ERROR: 400,
  OBJECT_NOT_FOUND: 404,
  CONFLICT: 409,
  MISSING_SCOPES: 403,
  BANNED: 403,
}

/** A 4xx of HubSpot's as our error: a sentence that says what to do, HubSpot's own words in `cause`. */
export function explainRefusal(status: number, problem: Problem): AppError {
  const cause = new Error(describeProblem(status, problem))
  if (status === 404) {
    const message = 'HubSpot does not know this record any more. It may have been deleted or merged there.'
    return new AppError('not_found', message, { cause })
  }
  return new AppError('hubspot_rejected', sentence(status, problem), { cause })
}

function sentence(status: number, problem: Problem): string {
  if (status === 403) return explainForbidden(problem)
  const required = problem.errors.some((error) => error.code.startsWith('MISSING_') && error.code.includes('REQUIRED'))
  if (required) {
    // Since 2026-09 HubSpot enforces the portal's own required properties on writes (HubSpot docs, changelog).
    const names = contextValues(problem, 'propertyName').join(', ')
    return `HubSpot requires a value we do not set${names ? ` (${names})` : ''}. Ask a HubSpot admin to make it optional.`
  }
  if (status === 409) return 'HubSpot already has what this change would create.'
  const said = maskText(problem.message).slice(0, 200)
  const reference = problem.correlationId ? ` Reference for HubSpot support: ${problem.correlationId}.` : ''
  return `HubSpot refused the request${said ? `: ${said.replace(/\.?$/, '.')}` : '.'}${reference}`
}

function explainForbidden(problem: Problem): string {
  const scopes = contextValues(problem, 'requiredGranularScopes', 'requiredScopes', 'missingScopes')
  const missing = scopes.length > 0 ? ` The connection lacks: ${scopes.join(', ')}.` : ''
  return `HubSpot did not allow this.${missing} Ask a HubSpot super admin to reconnect the account and accept every permission.`
}
