-- A guest's checkout as a page walks it: cart, contact and address, delivery, order. The same as `write_load.stepwise`,
-- by wrk: client, server and database share the machine, and a client in Python would take a tenth of it.
-- One connection a thread, for a thread is one buyer. Arguments: file of variants, address as JSON, how many buyers.
local ffi = require("ffi")
ffi.cdef [[ typedef struct { long s; long ns; } moment; int clock_gettime(int clock, moment *to); ]]
local read = ffi.new("moment")
local buyers = {}
local variants, address, at_once = {}, "", 1
local step, cart, secret, answer, began = 1, "", "", "", 0
outcomes, times = {}, {}

local function now()
  ffi.C.clock_gettime(1, read)
  return tonumber(read.s) * 1000 + tonumber(read.ns) / 1e6
end

function setup(thread)
  thread:set("number", #buyers)
  buyers[#buyers + 1] = thread
end

function init(args)
  for line in io.lines(args[1]) do variants[#variants + 1] = line end
  address, at_once = args[2], tonumber(args[3])
end

local function lines()
  local first, second = number * 7919 % #variants, (number * 104729 + 1) % #variants
  local said = '{"variant_id":"' .. variants[first + 1] .. '","quantity":1}'
  return first == second and said or said .. ',{"variant_id":"' .. variants[second + 1] .. '","quantity":1}'
end

local steps = {
  function() return "POST", "", '{"channel":"web","lines":[' .. lines() .. "]}" end,
  function() return "PATCH", "/overview", '{"email":"buyer' .. number .. '@example.com","shipping_address":' .. address .. "}" end,
  function() return "PUT", "/delivery", '{"method":"' .. answer:match('"delivery_options":%[{[^}]-"code":"([^"]+)"') .. '"}' end,
  function()
    local total = answer:match('"total_minor":(%d+),"parts":')
    return "POST", "/place", '{"payment_method":"test","expected_total_minor":' .. total .. "}"
  end,
}

function request()
  if step == 1 then began = now() end
  local method, path, body = steps[step]()
  local headers = { ["Content-Type"] = "application/json", ["Cart-Secret"] = step > 1 and secret or nil }
  return wrk.format(method, "/api/v1/carts" .. (step > 1 and "/" .. cart or "") .. path, headers, body)
end

function response(status, headers, body)
  if step == 1 and status == 201 then cart, secret = body:match('^{"id":"([^"]+)"'), body:match('"secret":"([^"]+)"') end
  answer = body
  if status < 300 and step < #steps then
    step = step + 1
    return
  end
  local code = status >= 400 and " " .. (body:match('"code":"([^"]*)"') or "") or ""
  outcomes[status .. code] = (outcomes[status .. code] or 0) + 1
  times[#times + 1] = now() - began
  step, number = 1, number + at_once
end

function done(summary)
  local told, counted = {}, {}
  for _, buyer in ipairs(buyers) do
    for outcome, count in pairs(buyer:get("outcomes")) do counted[outcome] = (counted[outcome] or 0) + count end
    for _, took in ipairs(buyer:get("times")) do told[#told + 1] = string.format("%.3f", took) end
  end
  local kinds = {}
  for outcome, count in pairs(counted) do kinds[#kinds + 1] = string.format('"%s":%d', outcome, count) end
  io.write(string.format('{"outcomes":{%s},"times":[%s],"seconds":%f}\n', table.concat(kinds, ","),
                         table.concat(told, ","), summary.duration / 1e6))
end
