/** Installs the app in a portal of the sandbox the way a browser does: every redirect and cookie, and "Connect app" pressed. */
export async function connectPortal(appUrl: string, portalId: number): Promise<void> {
  const jar = new Map<string, string>()
  const go = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = {
      ...(url.startsWith(appUrl) && cookie ? { cookie } : {}),
      ...(init.headers as Record<string, string>),
    }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }
  const install = await go(`${appUrl}/oauth/install`)
  const consent = new URL(install.headers.get('location') ?? '')
  const decision = await go(`${consent.origin}/oauth/authorize/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      query: consent.search.slice(1),
      decision: 'connect',
      portalId: String(portalId),
    }).toString(),
  })
  const callback = await go(decision.headers.get('location') ?? '')
  if (!callback.ok) throw new Error(`the callback answered ${callback.status}: ${await callback.text()}`)
}
