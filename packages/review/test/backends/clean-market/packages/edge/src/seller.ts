import { PUBLIC_KEYS } from "@market/shared/public-keys"
import { AUDIENCE, ISSUER } from "@market/shared/tokens"
import { createMiddleware } from "hono/factory"
import { HTTPException } from "hono/http-exception"
import { decodeProtectedHeader, importSPKI, jwtVerify } from "jose"

const VERIFY = { algorithms: ["ES256"], issuer: ISSUER, audience: AUDIENCE }

const keys = new Map(
  await Promise.all(
    Object.entries(PUBLIC_KEYS).map(async ([kid, pem]) => [kid, await importSPKI(pem, "ES256")] as const),
  ),
)

async function subjectOf(token: string): Promise<bigint | null> {
  try {
    const { kid } = decodeProtectedHeader(token)
    const key = keys.get(kid ?? "")
    if (!key) return null
    const { payload } = await jwtVerify(token, key, VERIFY)
    return BigInt(payload.sub ?? "")
  } catch {
    return null
  }
}

export const seller = createMiddleware<{ Variables: { sellerId: bigint } }>(async (c, next) => {
  const header = c.req.header("authorization") ?? ""
  const sellerId = header.startsWith("Bearer ") ? await subjectOf(header.slice(7)) : null
  if (sellerId === null) throw new HTTPException(401, { message: "Sign in first" })
  c.set("sellerId", sellerId)
  await next()
})
