/** Code that verifies deliveries, by the official libraries of Standard Webhooks. The secret is in WEBHOOK_SECRET. */

/** A language that there is a sample for. */
export type Language = 'node' | 'python' | 'go';

/** The samples: whole receivers, small enough to read. */
export const SAMPLES: Readonly<
  Record<Language, { readonly name: string; readonly install: string; readonly code: string }>
> = {
  node: {
    name: 'Node',
    install: 'npm install standardwebhooks',
    code: `import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const { event, data } = webhook.verify(Buffer.concat(chunks).toString(), request.headers);
    console.log(event, data.id); // the same webhook-id may come again: deduplicate by it
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(process.env.PORT ?? 8080);
`,
  },
  python: {
    name: 'Python',
    install: 'pip install standardwebhooks flask',
    code: `import os
from flask import Flask, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

app = Flask(__name__)
webhook = Webhook(os.environ["WEBHOOK_SECRET"])

@app.post("/")
def receive():
    try:
        message = webhook.verify(request.get_data(), dict(request.headers))
    except WebhookVerificationError:
        return "", 401
    print(message["event"], message["data"]["id"])  # the same webhook-id may come again
    return "", 204
`,
  },
  go: {
    name: 'Go',
    install: 'go get github.com/standard-webhooks/standard-webhooks/libraries',
    code: `package main

import (
	"io"
	"log"
	"net/http"
	"os"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

func main() {
	webhook, err := standardwebhooks.NewWebhook(os.Getenv("WEBHOOK_SECRET"))
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || webhook.Verify(body, r.Header) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		log.Printf("%s", body) // the same webhook-id may come again: deduplicate by it
		w.WriteHeader(http.StatusNoContent)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
`,
  },
};
