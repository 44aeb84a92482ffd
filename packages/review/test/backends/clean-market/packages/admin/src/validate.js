'use strict';

const Joi = require('joi');
const { HttpError } = require('./errors');

const id = Joi.string().pattern(/^\d{1,18}$/);

function check(schema, input) {
    const { error, value } = Joi.object(schema).validate(input, { abortEarly: false });
    if (error) {
        throw new HttpError(422, error.message);
    }
    return value;
}

module.exports = { check, id };
