# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a directory by HTTP, and servers that are broken or mean: config_http.py DIRECTORY PORT"""

import http.server
import os
import socket
import sys
import time

LOCATIONS = {
    "/moved/": "/files/",
    "/there/": "http://10.99.0.1:8080/files/",
    "/elsewhere/": "http://boot.example/files/",
    "/https/": "https://10.99.0.1/files/",
}


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        top = "/" + self.path.partition("?")[0].split("/")[1] + "/"
        if top in LOCATIONS:
            self.redirect(308, LOCATIONS[top] + self.path[len(top):])
        elif top == "/circle/":
            self.redirect(302, self.path + "x")
        elif top == "/headers/":
            self.endless(b"HTTP/1.1 200 OK\r\nX: ", b"a" * 4096)
        elif top == "/large/":
            self.endless(b"HTTP/1.1 200 OK\r\n\r\n", b"#" * 4096)
        elif top == "/random/":
            self.endless(b"", os.urandom(4096))
        elif top == "/slow/":
            self.endless(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"#", 0.1)
        elif top == "/half/":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nroot=nfs:")
        elif top == "/trouble/":
            self.send_error(503)
        elif top == "/cgi/":
            self.answer(self.path.encode())
        else:
            super().do_GET()

    def redirect(self, code, location):
        self.send_response(code)
        self.send_header("Location", location)
        self.end_headers()

    def answer(self, text):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text)

    def endless(self, head, more, wait=0):
        """10 MB, unless the client has had enough before."""
        self.wfile.write(head)
        for _ in range(2560):
            self.wfile.write(more)
            self.wfile.flush()
            time.sleep(wait)

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6  # and IPv4: Linux has it so where nobody says otherwise


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    Server(("::", int(sys.argv[2])), Handler).serve_forever()
