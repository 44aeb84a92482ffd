'use strict';

const Joi = require('joi');

const schema = Joi.object({
    NODE_ENV: Joi.string().valid('development', 'test', 'production').default('development'),
    ADMIN_PORT: Joi.number().port().default(4002),
    DATABASE_URL: Joi.string().uri({ scheme: ['postgres', 'postgresql'] }).required(),
    ADMIN_SESSION_SECRET: Joi.string().min(32).required(),
}).unknown(true);

const { error, value } = schema.validate(process.env);
if (error) {
    throw new Error(`Invalid environment: ${error.message}`);
}

module.exports = Object.freeze({
    isProduction: value.NODE_ENV === 'production',
    port: value.ADMIN_PORT,
    databaseUrl: value.DATABASE_URL,
    sessionSecret: value.ADMIN_SESSION_SECRET,
});
