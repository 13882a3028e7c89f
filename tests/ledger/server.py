"""The server, as a client of its API sees it."""

import http.client
import json
from urllib.parse import urlparse


class Server:
    """The server, as a client of its API sees it."""

    def __init__(self, url, key):
        self.key, self.host = key, urlparse(url).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=120)

    def call(self, method, path, body=None, expect=(200, 201)):
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        data = None if body is None else json.dumps(body)
        try:
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
        except (http.client.HTTPException, ConnectionError):
            if method != "GET":
                raise
            self.connection.close()
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
        body = json.loads(answer.read() or b"null")
        if answer.status not in expect:
            raise SystemExit(f"{method} {path}: {answer.status} {body}")
        return answer.status, body

    def get(self, path):
        return self.call("GET", path)[1]

    def post(self, path, body):
        return self.call("POST", path, body)[1]

    def pages(self, path):
        cursor = ""
        while True:
            page = self.get(f"{path}?limit=500{cursor}")
            yield from page["items"]
            if not page["next_cursor"]:
                return
            cursor = f"&cursor={page['next_cursor']}"
