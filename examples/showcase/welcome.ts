import { DEMO_PEOPLE } from "./people.ts";

/** What the start prints: where to look, and commands that can be pasted as they stand. */
export function welcome(url: string, apiKey: string): string {
  const [ada] = DEMO_PEOPLE;
  const credentials = JSON.stringify({ username: ada.username, password: ada.password });
  return `
  Marginalia is open at ${url}

  In a browser, sign in as one of
${DEMO_PEOPLE.map(({ username, password, role }) => `    ${username.padEnd(11)} ${password.padEnd(24)} ${role}`).join("\n")}

  The API, to read and to try: ${url}/docs

  In a terminal
    curl -s ${url}/health

    curl -s ${url}/service/stats -H "X-API-Key: ${apiKey}"

    token=$(curl -s ${url}/api/login -H 'Content-Type: application/json' -d '${credentials}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
    curl -s ${url}/api/me -H "Authorization: Bearer $token"
`;
}
