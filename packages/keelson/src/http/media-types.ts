/** The two forms of bodies. The charset parameter is Fastify's habit for JSON; stated, it is not appended each time. */
export const JSON_TYPE = 'application/json; charset=utf-8'
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'
