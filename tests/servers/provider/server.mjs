// A certified OpenID provider for tests, on loopback: it signs in whoever the test says, without asking.
// Reads its settings as one line of JSON, says its address as one line, and ends when its input closes.
import { createInterface } from "node:readline";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const lines = createInterface({ input: process.stdin });
lines.on("close", () => process.exit(0));
const settings = JSON.parse(await new Promise((heard) => lines.once("line", heard)));

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

// Whoever signs in next: {account, claims, acr, refuses}; changed by POST /test/next.
let next = {};
const claimsOf = new Map();

const provider = new Provider(issuer, {
  clients: settings.clients,
  acrValues: settings.acr_values,
  scopes: ["openid", "profile", "email"],
  claims: {
    openid: ["sub", "sid", "acr", "auth_time", "amr", "pid", "roles", "security_level"],
    profile: ["name"],
    email: ["email", "email_verified"],
  },
  conformIdTokenClaims: false,
  clientBasedCORS: () => false,
  cookies: { keys: ["only-for-tests"] },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = `<!doctype html><title>Out</title>${form}`;
      },
    },
  },
  ttl: { IdToken: 300, AccessToken: 300, Session: 3600, Grant: 3600, Interaction: 300 },
  interactions: { url: (_context, interaction) => `/test/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...(claimsOf.get(id) ?? {}) }),
  }),
  loadExistingGrant: async (context) => {
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({
      clientId: client.clientId,
      accountId: session.accountId,
    });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
  // The browser of a test may reach this machine alone, and so may the provider.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
});

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

async function interact(request, response) {
  const result = next.refuses
    ? { error: "access_denied" }
    : { login: { accountId: next.account, acr: next.acr, remember: true } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

for (const event of ["backchannel.error", "backchannel.success", "server_error"])
  provider.on(event, (...told) => console.error(event, ...told));

const callback = provider.callback();
server.on("request", async (request, response) => {
  if (request.url === "/test/next") {
    next = await body(request);
    if (next.account) claimsOf.set(next.account, next.claims ?? {});
    response.end("{}");
  } else if (request.url.startsWith("/test/interaction/")) {
    await interact(request, response);
  } else {
    callback(request, response);
  }
});
console.log(JSON.stringify({ issuer }));
