'use strict';

const { promisify } = require('node:util');
const argon2 = require('argon2');
const express = require('express');
const Joi = require('joi');
const { rateLimit } = require('express-rate-limit');
const asyncHandler = require('../async-handler');
const knex = require('../db');
const { HttpError } = require('../errors');
const { check } = require('../validate');

const router = express.Router();

const limiter = rateLimit({ windowMs: 10 * 60 * 1000, limit: 8, standardHeaders: 'draft-8', legacyHeaders: false });
const absentHash = argon2.hash('nobody has this password');

const credentials = {
    email: Joi.string().email().max(254).required(),
    password: Joi.string().min(10).max(200).required(),
};

router.post(
    '/login',
    limiter,
    asyncHandler(async (req, res) => {
        const { email, password } = check(credentials, req.body);
        const admin = await knex('admin_users').where({ email: email.toLowerCase() }).first('id', 'password_hash');
        const matches = await argon2.verify(admin ? admin.password_hash : await absentHash, password);
        if (!admin || !matches) {
            throw new HttpError(401, 'Wrong email or password');
        }
        await promisify(req.session.regenerate).call(req.session);
        req.session.adminId = admin.id;
        res.status(204).end();
    }),
);

router.post(
    '/logout',
    asyncHandler(async (req, res) => {
        await promisify(req.session.destroy).call(req.session);
        res.clearCookie('market.admin').status(204).end();
    }),
);

module.exports = router;
