/** Calls that leave the process for someone else's service: HTTP, mail, payment, clouds, brokers, queues. Databases are none of them. */
import type { Program } from '../program.js'
import type { CallNode } from '../syntax/nodes.js'
import { keyPattern } from '../values/value.js'

export interface OutsideCall {
  readonly call: CallNode
  /** "an HTTP request", "a mail", "a payment". */
  readonly what: string
  readonly key: string
}

const CALLS: readonly (readonly [string, readonly string[]])[] = [
  [
    'an HTTP request',
    [
      'global:fetch',
      'undici:fetch',
      'undici:request',
      'node-fetch:',
      'cross-fetch:',
      'axios:',
      'axios:request',
      'axios:get',
      'axios:post',
      'axios:put',
      'axios:patch',
      'axios:delete',
      'axios:head',
      'axios:create()',
      'axios:create().*',
      'axios:Axios.new.*',
      'axios:AxiosInstance.new',
      'axios:AxiosInstance.new.*',
      'got:',
      'got:got',
      'got:*',
      'got:got.*',
      'ky:',
      'ky:*',
      'superagent:*',
      'needle:',
      'needle:*',
      'request:',
      'ofetch:ofetch',
      'ofetch:$fetch',
      'http:request',
      'http:get',
      'https:request',
      'https:get',
      '@nestjs/axios:HttpService.new.*',
      '@nestjs/axios:HttpService.new.axiosRef.*',
      'phin:',
      'graphql-request:request',
      'graphql-request:GraphQLClient.new.request',
      'wretch:().*',
    ],
  ],
  [
    'a mail',
    [
      'nodemailer:createTransport().sendMail',
      'nodemailer:Transporter.new.sendMail',
      '@sendgrid/mail:send',
      '@sendgrid/mail:sendMultiple',
      '@sendgrid/mail:MailService.new.send',
      'resend:Resend.new.emails.send',
      'resend:Resend.new.batch.send',
      'postmark:ServerClient.new.*',
      'mailgun.js:new.client().messages.create',
      '@nestjs-modules/mailer:MailerService.new.sendMail',
    ],
  ],
  [
    'a payment',
    [
      'stripe:new.**',
      'stripe:Stripe.new.**',
      'stripe:().**',
      '@paypal/checkout-server-sdk:**',
      'braintree:BraintreeGateway.new.**',
      'razorpay:new.**',
      'square:Client.new.**',
    ],
  ],
  [
    'a message',
    [
      'twilio:().**',
      'twilio:Twilio.new.**',
      '@slack/web-api:WebClient.new.**',
      '@slack/webhook:IncomingWebhook.new.send',
      'firebase-admin:messaging().*',
      'web-push:sendNotification',
    ],
  ],
  [
    'a call of a cloud service',
    [
      '@aws-sdk/*:*.new.send',
      '@aws-sdk/*:*.from().send',
      'aws-sdk:*.new.*',
      'aws-sdk:*.new.*().promise',
      '@google-cloud/**:**.new.**',
      '@azure/**:**.new.**',
      'openai:new.**',
      'openai:OpenAI.new.**',
      '@anthropic-ai/sdk:new.**',
      'algoliasearch:**',
    ],
  ],
  [
    'a publication',
    [
      'ioredis:Redis.new.publish',
      'redis:createClient().publish',
      'amqplib:connect().createChannel().publish',
      'amqplib:connect().createChannel().sendToQueue',
      'amqplib:connect().createConfirmChannel().publish',
      'amqplib:connect().createConfirmChannel().sendToQueue',
      'amqplib:Channel.new.publish',
      'amqplib:Channel.new.sendToQueue',
      'kafkajs:Kafka.new.producer().send',
      'kafkajs:Kafka.new.producer().sendBatch',
      'kafkajs:Producer.new.send',
      'nats:connect().publish',
      'nats:connect().request',
      'nats:NatsConnection.new.publish',
      'nats:NatsConnection.new.request',
      '@nestjs/microservices:ClientProxy.new.*',
      '@nestjs/microservices:ClientKafka.new.*',
    ],
  ],
  [
    'a job',
    [
      'bullmq:Queue.new.add',
      'bullmq:Queue.new.addBulk',
      'bullmq:FlowProducer.new.add',
      'bull:new.add',
      'bull:Queue.new.add',
      'bull:().add',
      'bee-queue:new.createJob().save',
      'agenda:new.now',
      'agenda:new.schedule',
    ],
  ],
]

const PATTERNS = CALLS.flatMap(([what, keys]) =>
  keys.map((key) => ({ what, first: key.slice(0, key.search(/[:*]/)), pattern: keyPattern(key) })),
)

/** Members of clients that only prepare or answer at once. */
const LOCAL =
  /\.(?:on|once|off|use|interceptors|defaults|extend|isAxiosError|CancelToken|constructEvent|constructEventAsync|generateTestHeaderString|setApiKey|getUri|isCancel|bucket|file|topic|subscription|collection|doc|connect|disconnect|close|destroy|pipe)$/

/** What outside service the call goes to, or undefined. */
export function outsideCall(program: Program, call: CallNode): OutsideCall | undefined {
  if (call.type !== 'CallExpression') return undefined
  for (const { key } of program.callees(call)) {
    if (LOCAL.test(key)) continue
    const found = PATTERNS.find(({ first, pattern }) => key.startsWith(first) && pattern.test(key))
    if (found) return { call, what: found.what, key }
  }
  return undefined
}
