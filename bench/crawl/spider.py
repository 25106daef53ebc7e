# The site as Scrapy is told of it.
import json
import resource
from datetime import datetime, timedelta, timezone

import scrapy


def cpu():
    u = resource.getrusage(resource.RUSAGE_SELF)
    return u.ru_utime + u.ru_stime


class Bench(scrapy.Spider):
    name = "bench"

    def start_requests(self):
        self.before = cpu()
        self.pages = 0
        yield scrapy.Request(self.base + "/list/0")

    def parse(self, response):
        for link in response.css("li.row a::attr(href)").getall():
            yield response.follow(link, self.parse_post)
        following = response.css("a.next::attr(href)").get()
        if following:
            yield response.follow(following, self.parse)

    def parse_post(self, response):
        self.pages += 1
        when = datetime.strptime(response.css("time::text").get().strip(), "%Y-%m-%d %H:%M")
        when = when.replace(tzinfo=timezone(timedelta(hours=8))).astimezone(timezone.utc)
        yield {
            "id": response.url.rsplit("/", 1)[1],
            "title": response.css("h1::text").get(),
            "author": response.css(".author::text").get(),
            "published": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "text": "".join("".join(response.css(".text ::text").getall()).split()),
        }

    def closed(self, reason):
        peak = int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0])
        print(json.dumps({"cpu_ns": int((cpu() - self.before) * 1e9), "rss_bytes": peak << 10, "pages": self.pages}), flush=True)
