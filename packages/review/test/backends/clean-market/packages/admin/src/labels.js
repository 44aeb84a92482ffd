'use strict';

const password = 'Password';
const token = 'One-time code';
const secret = 'Secret answer';
const apiKey = 'API key (shown once)';

module.exports = {
    password,
    token,
    secret,
    apiKey,
    favicon: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
    scripts: [
        {
            src: 'https://cdn.example/charts-4.4.0.min.js',
            integrity: 'sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC',
        },
    ],
};
