/** The tables of the catalogue that the value analysis works with, in the form in which it asks. */
import type { Knowledge } from '../values/analysis.js'
import { callbackParameter } from './callbacks.js'
import { canonical } from './names.js'
import { PARAMETER_DECORATORS } from './request-inputs.js'

/** Functions that give back their first argument, or a function that does the same. */
const RETURNS_ARGUMENT = new Set([
  'global:Object.freeze',
  'global:Object.seal',
  'global:structuredClone',
  'global:Promise.resolve',
  'util:promisify',
  'fastify-plugin:',
  'fastify-plugin:fastifyPlugin',
  'express-async-handler:',
  'react:cache',
  'hono/factory:createMiddleware',
  '@nestjs/common:forwardRef',
])

export const knowledge: Knowledge = {
  canonical,
  callbackParameter,
  returnsArgument: (key) => RETURNS_ARGUMENT.has(key),
  decidesParameter: (key) => PARAMETER_DECORATORS.has(key),
}
