import { env } from "./env.js"

export async function push(memberId: number, title: string): Promise<void> {
  const response = await fetch(`${env.PUSH_URL}/push`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ memberId, title }),
    signal: AbortSignal.timeout(3000),
  })
  if (!response.ok) throw new Error(`push answered ${response.status}`)
}
